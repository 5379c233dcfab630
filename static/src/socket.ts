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
/** The presenter has shown somebody out; they may be let in again. */
const SHOWN_OUT = 4410;
const SHOWN_OUT_WAIT = 8000;
/** How often a line that can be probed is looked after. */
const TICK = 1000;
/** A tick that comes so late was slept through. */
const SLEPT = 5000;
/** A line that has been quiet for so long is asked whether it is there; Wi-Fi goes without a word. */
const QUIET = 20_000;
/** So long it may take to answer. */
const PATIENCE = 4000;

export class Socket<Said = ClientMessage, Heard = ServerMessage> {
  private socket: WebSocket | null = null;
  private waiting = FIRST_WAIT;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private closed = false;
  private heardAt = 0;
  private askedAt = 0;
  private tickedAt = Date.now();

  /** `probe` is something to say that is always answered: by it a dead line is told from a quiet one. */
  constructor(
    private readonly path: string,
    private readonly listener: Listener<Heard>,
    private readonly probe?: Said,
  ) {
    window.addEventListener("online", () => this.hurry());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.hurry());
    if (probe !== undefined) setInterval(() => this.tick(), TICK);
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
    this.askedAt = 0;
    const mine = (act: () => void) => this.socket === socket && act();
    socket.addEventListener("open", () =>
      mine(() => {
        this.waiting = FIRST_WAIT;
        this.heardAt = Date.now();
        this.listener.line("open");
      }),
    );
    socket.addEventListener("message", (event) =>
      mine(() => {
        this.heardAt = Date.now();
        this.listener.message(JSON.parse(String(event.data)));
      }),
    );
    socket.addEventListener("close", (event) => mine(() => this.lost(event.code)));
  }

  /** A line that was slept through, or has long been quiet, is asked; one that does not answer is given up. */
  private tick(): void {
    const now = Date.now();
    const slept = now - this.tickedAt > SLEPT;
    this.tickedAt = now;
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    const waits = this.askedAt > this.heardAt;
    if (waits && now - this.askedAt > PATIENCE && !slept) this.giveUp(this.socket);
    else if (slept || (!waits && now - this.heardAt > QUIET)) this.ask();
  }

  private ask(): void {
    if (this.probe !== undefined && this.send(this.probe)) this.askedAt = Date.now();
  }

  /** The browser may take minutes to see that nobody is there; it is not waited for. */
  private giveUp(dead: WebSocket): void {
    this.socket = null;
    dead.close();
    this.lost(0);
  }

  /** Wait a little longer each time, and not in step with everybody else in the room. */
  private lost(code: number): void {
    this.closed = code === GONE;
    this.listener.line("lost");
    if (this.closed) return;
    if (code === SHOWN_OUT) this.waiting = SHOWN_OUT_WAIT;
    this.timer = setTimeout(() => this.connect(), this.waiting * (0.75 + Math.random() / 2));
    this.waiting = Math.min(LONGEST_WAIT, this.waiting * 2);
  }

  private hurry(): void {
    if (this.socket?.readyState === WebSocket.OPEN && !(this.askedAt > this.heardAt)) this.ask();
    if (this.closed || (this.socket !== null && this.socket.readyState !== WebSocket.CLOSED)) return;
    clearTimeout(this.timer);
    this.connect();
  }
}
