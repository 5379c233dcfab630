/** The only file that knows WebSocket: it stays connected, and hands on what comes. */
import type { ClientMessage, ServerMessage } from "./protocol";
import type { Line } from "./state";

interface Listener<Heard> {
  message(message: Heard): void;
  line(line: Line): void;
}

const FIRST_WAIT = 250;
const LONGEST_WAIT = 5000;
/** The server's word that there is no such workspace (any more): trying again would not help. */
const GONE = 4404;
/** The presenter has shown somebody out, or the class has ended. */
const SHOWN_OUT = 4410;

export class Socket<Said = ClientMessage, Heard = ServerMessage> {
  private socket: WebSocket | null = null;
  private waiting = FIRST_WAIT;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private closed = false;

  constructor(
    private readonly path: string,
    private readonly listener: Listener<Heard>,
  ) {
    window.addEventListener("online", () => this.hurry());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.hurry());
    this.connect();
  }

  /** Whether it could be said; a message that could not is said again by whoever sees the line open. */
  send(message: Said): boolean {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  private connect(): void {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}${this.path}`);
    this.socket = socket;
    socket.addEventListener("open", () => {
      this.waiting = FIRST_WAIT;
      this.listener.line("open");
    });
    socket.addEventListener("message", (event) => this.listener.message(JSON.parse(String(event.data))));
    socket.addEventListener("close", (event) => this.lost(event.code));
  }

  /** Wait a little longer each time, and not in step with everybody else in the room. */
  private lost(code: number): void {
    this.closed = code === GONE || code === SHOWN_OUT;
    this.listener.line("lost");
    if (this.closed) return;
    this.timer = setTimeout(() => this.connect(), this.waiting * (0.75 + Math.random() / 2));
    this.waiting = Math.min(LONGEST_WAIT, this.waiting * 2);
  }

  private hurry(): void {
    if (this.closed || this.socket?.readyState !== WebSocket.CLOSED) return;
    clearTimeout(this.timer);
    this.connect();
  }
}
