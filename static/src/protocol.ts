// Generated from the structs of netviz/ and simulator/ that cross the border by: python manage.py generate_protocol
// Change the Python structs, then run that again.

export const PROTOCOL_VERSION = 1;
export const GRAPH_VERSION = 1;
export const TRACE_VERSION = 1;

/**
 * Ask for a trace; the answers carry `id`.
 *
 * `picks` are the options to take, choice by choice; where they end, the seed draws. `after` are connections that
 * are replayed first, so that conntrack, affinity and neighbours remember them. `draft` asks about unsaved changes:
 * the key that they are held under (docs/http-api.md). `faults` are broken first, as texts ("node-cut:node-b",
 * docs/faults.md); `size` is how many bytes of data are sent each way, 0 for a few.
 */
export interface TraceStart {
  readonly type: "trace.start";
  readonly id: string;
  readonly flow: FlowQuestion;
  readonly seed?: number;
  readonly picks?: readonly number[];
  readonly after?: readonly EarlierQuestion[];
  readonly draft?: string | null;
  readonly faults?: readonly string[];
  readonly size?: number;
}

/** Who sends what to whom, as somebody types it: from "default/client" to "http://web:80/". */
export interface FlowQuestion {
  readonly from: string;
  readonly to: string;
  readonly protocol?: string;
}

/** A connection that the same session opened before. */
export interface EarlierQuestion {
  readonly flow: FlowQuestion;
  readonly seed?: number;
  readonly picks?: readonly number[];
}

/** Ask for the steps after the one with seq `after` (-1: all). On the socket of the trace `key` may be left out. */
export interface TraceResume {
  readonly type: "trace.resume";
  readonly id: string;
  readonly after: number;
  readonly key?: string | null;
}

/** The trace is computed and its steps follow; `steps` counts them. */
export interface TraceBegin {
  readonly type: "trace.begin";
  readonly id: string;
  readonly trace: TraceHead;
  readonly steps: number;
}

/** A trace without its steps. */
export interface TraceHead {
  readonly key: string;
  readonly flow: Flow;
  readonly seed: number;
  readonly legs: readonly LegHead[];
  readonly disposition: Outcome;
  readonly cause: Cause | null;
  readonly explanation: Explanation | null;
  readonly server: string | null;
  readonly assumptions: readonly Assumption[];
  readonly choices: readonly Choice[];
  readonly picks: readonly number[];
  readonly after: readonly Earlier[];
  readonly status: number | null;
  readonly faults: readonly string[];
  readonly version: number;
}

/**
 * Who sends what to whom.
 *
 * `source` and `via` are network namespaces by name ("default/client", "node-a", "internet"); `target` is what was
 * asked for ("web:80"); `via` is the host that the router hands `address` to; `pin` names the server that a sticky
 * client had before. `host` is a name that the client has to resolve first: `address` is then what the cluster would
 * answer as far as it is known (0.0.0.0 where it is not); `asker` is the pod that asks, and whose resolv.conf counts,
 * where `source` is not its own namespace (hostNetwork). `balancer` hands the packet to a node where `via` does not
 * say which.
 */
export interface Flow {
  readonly source: string;
  readonly target: string;
  readonly address: string;
  readonly port: number | null;
  readonly protocol?: Protocol;
  readonly via?: string | null;
  readonly http_path?: string | null;
  readonly pin?: readonly string[];
  readonly host?: string | null;
  readonly asker?: string | null;
  readonly balancer?: Balancer | null;
  readonly size?: number;
}

/**
 * IP protocols; the value is what Kubernetes writes, `.keyword` what iptables writes.
 *
 * ARP is none of them, but its frames are told by it, too.
 */
export type Protocol = "TCP" | "UDP" | "SCTP" | "ICMP" | "ICMPv6" | "ARP";

/**
 * The load balancer outside that has the flow's address, and the nodes among which it chooses.
 *
 * `check`: the port of the health check that it goes by; `unhealthy` nodes do not answer 200 there. Where none does,
 * `nodes` are all of them. `origins` are the lines of the Service that decide it.
 */
export interface Balancer {
  readonly service: string;
  readonly nodes: readonly string[];
  readonly check?: number | null;
  readonly unhealthy?: readonly string[];
  readonly origins?: readonly Origin[];
}

/**
 * Where in the user's files something comes from.
 *
 * `object` is "Kind namespace/name" (or "Kind name"), `field` the path inside it
 * ("spec.ports[0].nodePort"), `line` counts from 1 and is None where no file stands behind it.
 */
export interface Origin {
  readonly object: string;
  readonly field: string;
  readonly file: string;
  readonly line: number | null;
}

/** A leg without its steps; a step says by `leg` which one it belongs to. */
export interface LegHead {
  readonly kind: LegKind;
  readonly packet: Packet;
  readonly disposition: Disposition;
  readonly cause: Cause | null;
}

export type LegKind = "dns" | "request" | "reply" | "icmp-error" | "ack" | "data" | "proxied";

/** What travels. `eth` is None before a device has been chosen; `mark` is skb->mark. */
export interface Packet {
  readonly ip: Ip;
  readonly l4: Tcp | Udp | Sctp | Icmp | Arp | Ndp;
  readonly eth: Ethernet | null;
  readonly mark: number;
  readonly payload: string;
  readonly vxlan: Vxlan | null;
  readonly load: Load | null;
}

/** An ARP frame has no IP header: here are the two addresses that it speaks of, with ttl 0 and protocol ARP. */
export interface Ip {
  readonly src: string;
  readonly dst: string;
  readonly ttl: number;
  readonly protocol: Protocol;
}

/** `flags` as in tcpdump's order of the oracle: S, SA, A, PA, R, AR. */
export interface Tcp {
  readonly type: "tcp";
  readonly sport: number;
  readonly dport: number;
  readonly flags: string;
}

export interface Udp {
  readonly type: "udp";
  readonly sport: number;
  readonly dport: number;
}

/** `chunk` is INIT, INIT-ACK, ABORT or DATA. */
export interface Sctp {
  readonly type: "sctp";
  readonly sport: number;
  readonly dport: number;
  readonly chunk: string;
}

/**
 * Both ICMP and ICMPv6; an error quotes the packet that it is about in `quoted`. In JSON `type` is `icmpType`.
 *
 * `mtu` is what "packet too big" says of the next link.
 */
export interface Icmp {
  readonly type: "icmp";
  readonly icmpType: number;
  readonly code: number;
  readonly ident: number | null;
  readonly quoted: Quoted | null;
  readonly mtu: number | null;
}

/** The start of a packet inside an ICMP error (RFC 792). */
export interface Quoted {
  readonly ip: Ip;
  readonly l4: Tcp | Udp | Sctp | Icmp;
}

/** RFC 826, with its names: `operation` is request or reply; hardware and protocol address of sender and target. */
export interface Arp {
  readonly type: "arp";
  readonly operation: string;
  readonly sha: string;
  readonly spa: string;
  readonly tha: string;
  readonly tpa: string;
}

/**
 * RFC 4861: neighbour solicitation (ICMPv6 type 135) or advertisement (136) about `target`; `lladdr` is the
 * sender's link-layer address option.
 */
export interface Ndp {
  readonly type: "ndp";
  readonly icmpType: number;
  readonly target: string;
  readonly lladdr: string;
}

/**
 * Addresses are symbolic: "<netns>:<device>", "zero" on a loopback device, "broadcast" (ff:ff:ff:ff:ff:ff) or
 * "multicast" (33:33:...).
 */
export interface Ethernet {
  readonly src: string;
  readonly dst: string;
}

/** RFC 7348: the inner frame that a UDP packet carries. */
export interface Vxlan {
  readonly vni: number;
  readonly inner: Packet;
}

/**
 * How much data a packet carries, where somebody said so, and how it may be cut up.
 *
 * `size` is bytes of payload. `gso`: it is still one packet inside the machine, which leaves as segments of so many
 * bytes each (skb_shinfo(skb)->gso_size). `fragment`: it travels in IP fragments, the largest so long with its header.
 * `df`: no router may fragment it.
 */
export interface Load {
  readonly size: number;
  readonly gso: number;
  readonly fragment: number;
  readonly df: boolean;
}

/** What became of one packet. */
export type Disposition = "delivered" | "refused" | "rejected" | "dropped" | "unreachable" | "lost" | "loop";

/** Why a packet did not arrive, in the kernel's terms; `analysis` says it in Kubernetes' terms. */
export type Cause = "rule-reject" | "rule-drop" | "chain-policy" | "no-listener" | "port-not-declared" | "no-route" | "blackhole" | "neighbor-failed" | "ttl-expired" | "hairpin-off" | "unknown-connection" | "invalid-state" | "forwarding-off" | "martian" | "link-down" | "no-fdb-entry" | "conntrack-full" | "packet-too-big" | "mtu-black-hole" | "step-limit" | "no-such-name";

/** What the client's program sees; `Trace.disposition`. */
export type Outcome = "delivered" | "connected" | "refused" | "rejected" | "timeout" | "unreachable" | "not-permitted" | "nxdomain";

/**
 * Why it did not arrive, in the words of Kubernetes, and what would mend it.
 *
 * `code` is coded ("selector-matches-nothing"), `origin` the line that is to blame, `fix` the change to make.
 */
export interface Explanation {
  readonly code: string;
  readonly message: string;
  readonly object: string | null;
  readonly field: string | null;
  readonly file: string | null;
  readonly line: number | null;
  readonly fix: string | null;
}

/** What nobody wrote and was taken to be so; `key` is the setting that changes it. */
export interface Assumption {
  readonly key: string;
  readonly value: string;
  readonly message: string;
}

/**
 * A place where chance decides: `at` is the seq of the step, `picked` the index of the option taken.
 *
 * The place of a choice in `Trace.choices` is its place in `picks`, too.
 */
export interface Choice {
  readonly at: number;
  readonly options: readonly Option[];
  readonly picked: number;
}

/** One way that chance could go: what it leads to and how likely it is. */
export interface Option {
  readonly pick: string;
  readonly probability: number;
}

/**
 * A connection of the same session, opened before: conntrack, affinity and neighbours remember it.
 *
 * `seed` and `picks` settled its chances; `disposition` and `server` say what came of it, once it was held.
 */
export interface Earlier {
  readonly flow: Flow;
  readonly seed: number;
  readonly picks: readonly number[];
  readonly disposition: Outcome | null;
  readonly server: string | null;
}

/** One step, in order of `seq`. */
export interface TraceStep {
  readonly type: "trace.step";
  readonly id: string;
  readonly seq: number;
  readonly step: Step;
}

/**
 * One thing the kernel did. `packet` is the packet after it.
 *
 * `host`, `netns` and `device` say where; `function` is the kernel's own name for the place.
 * From `seq` on, the fields are filled by `trace` when the step is told to somebody. `undoes` is the seq of the step
 * whose translation this one takes back, `evidence` what the step was verified against.
 */
export interface Step {
  readonly host: string;
  readonly netns: string;
  readonly kind: StepKind;
  readonly layer: Layer;
  readonly packet: Packet;
  readonly text: Text;
  readonly function: string;
  readonly device: string | null;
  readonly hook: Hook | null;
  readonly changes: readonly Change[];
  readonly matched: RuleRef | null;
  readonly path: readonly RuleRef[];
  readonly considered: readonly Considered[];
  readonly state: readonly StateChange[];
  readonly chances: readonly Chance[];
  readonly origins: readonly Origin[];
  readonly cause: Cause | null;
  readonly badge: Badge;
  readonly seq: number;
  readonly leg: number;
  readonly undoes: number | null;
  readonly evidence: string | null;
  readonly elements: readonly string[];
  readonly narration: Narration | null;
  readonly commands: readonly Command[];
}

/** The closed set of things a step can be. */
export type StepKind = "socket" | "resolve" | "proxy" | "route" | "neighbor" | "transmit" | "receive" | "bridge" | "conntrack" | "netfilter" | "nat" | "forward" | "fragment" | "encapsulate" | "decapsulate" | "icmp" | "reset" | "deliver" | "drop";

export type Layer = "application" | "transport" | "network" | "link";

/** What to say about a step: an id of `simulator/trace/narration` and its parameters. */
export interface Text {
  readonly id: string;
  readonly params: Readonly<Record<string, string>>;
}

export type Hook = "PREROUTING" | "INPUT" | "FORWARD" | "OUTPUT" | "POSTROUTING";

/** A header field before and after: "ip.dst", "tcp.dport", "ip.ttl", "eth.src", "mark", ... */
export interface Change {
  readonly field: string;
  readonly old: string;
  readonly new: string;
}

/**
 * A rule that matched: `table` as "ip nat", `number` counts from 1, `text` as the dump prints it.
 *
 * `probability` is how likely it was to be taken, where chance decided.
 */
export interface RuleRef {
  readonly table: string;
  readonly chain: string;
  readonly number: number;
  readonly text: string;
  readonly verdict?: string;
  readonly probability?: number | null;
  readonly origins?: readonly Origin[];
}

/** A rule that was passed, and the first of its matches that failed. */
export interface Considered {
  readonly rule: RuleRef;
  readonly failed: string;
}

/**
 * A table entry that came, was used or went: `table` is conntrack, neighbor, fdb or affinity, `event` created,
 * used, updated, confirmed or removed, `entry` as its tool prints it afterwards.
 *
 * `key` stays the same for as long as the entry lives; with namespace and table it names it.
 */
export interface StateChange {
  readonly table: string;
  readonly event: string;
  readonly entry: string;
  readonly key: string;
}

/** A draw that the kernel made: the options, and the index of the one that was taken. */
export interface Chance {
  readonly options: readonly Option[];
  readonly picked: number;
}

/** How far a step may be trusted (docs/fidelity.md). */
export type Badge = "verified" | "modelled" | "assumed";

/** One text in three depths: a sentence, the mechanism, the kernel's words. */
export interface Narration {
  readonly plain: string;
  readonly mechanism: string;
  readonly kernel: string;
}

/** What one would type on a real cluster to see this; `where` names the machine. */
export interface Command {
  readonly where: string;
  readonly argv: readonly string[];
  readonly output?: string | null;
}

/** All steps have been sent. */
export interface TraceEnd {
  readonly type: "trace.end";
  readonly id: string;
  readonly disposition: Outcome;
}

/** A question that could not be answered; the socket stays open. `id` is None where the message had none. */
export interface ErrorMessage {
  readonly type: "error";
  readonly id: string | null;
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** Take the presenter's right, or the audience view's, by its token. */
export interface ClassClaim {
  readonly type: "class.claim";
  readonly token: string;
  readonly as?: "presenter" | "audience";
}

/** A follower's name; nobody has to have one. */
export interface ClassHello {
  readonly type: "class.hello";
  readonly name: string;
}

/** The presenter is at this step of this trace; everybody follows. */
export interface ClassCursor {
  readonly type: "class.cursor";
  readonly flow: FlowQuestion;
  readonly step: number;
  readonly seed?: number;
  readonly picks?: readonly number[];
  readonly after?: readonly EarlierQuestion[];
  readonly faults?: readonly string[];
  readonly size?: number;
}

/** Say the state again: a screen that has slept can't tell a quiet line from a dead one. */
export interface ClassWhere {
  readonly type: "class.where";
}

/** Open a poll: the question that the present step offers under this id, or one of the presenter's own. */
export interface ClassAsk {
  readonly type: "class.ask";
  readonly offer?: string | null;
  readonly question?: string | null;
  readonly choices?: readonly string[];
  readonly answer?: number | null;
  readonly explanation?: string;
}

/** Take no more votes. */
export interface ClassClose {
  readonly type: "class.close";
  readonly poll: string;
}

/** Show everybody the answer. */
export interface ClassReveal {
  readonly type: "class.reveal";
  readonly poll: string;
}

/** Put the poll away; its votes stay. */
export interface ClassDismiss {
  readonly type: "class.dismiss";
  readonly poll: string;
}

/** Darken the audience view and the followers' pictures, or light them again. */
export interface ClassBlank {
  readonly type: "class.blank";
  readonly blank: boolean;
}

/** Give a member another name, remove them, or let them in again. */
export interface ClassModerate {
  readonly type: "class.moderate";
  readonly member: number;
  readonly name?: string | null;
  readonly removed?: boolean | null;
}

/** Let nobody new in, or open the door again. */
export interface ClassLock {
  readonly type: "class.lock";
  readonly locked: boolean;
}

/** One choice of the open poll; it may be changed until the poll closes. */
export interface ClassVote {
  readonly type: "class.vote";
  readonly poll: string;
  readonly choice: number;
}

/** Everything that a screen shows. Whole and idempotent: the one with the highest revision holds. */
export interface ClassState {
  readonly type: "class.state";
  readonly revision: number;
  readonly snapshot: string;
  readonly flow: FlowQuestion | null;
  readonly seed: number;
  readonly step: number;
  readonly poll: PollShown | null;
  readonly picks: readonly number[];
  readonly after: readonly EarlierQuestion[];
  readonly faults: readonly string[];
  readonly size: number;
  readonly blank: boolean;
}

/** A poll as everybody sees it; `answer` and `explanation` only once it is revealed. */
export interface PollShown {
  readonly id: string;
  readonly question: string;
  readonly choices: readonly PollChoice[];
  readonly status: "open" | "closed" | "revealed";
  readonly answer: number | null;
  readonly explanation: string;
}

/** One thing to vote for; `note` says what it is, as in "the client". */
export interface PollChoice {
  readonly text: string;
  readonly note: string;
}

/** For the presenter and the audience view: how many follow, and the votes by the index of the choice. */
export interface ClassCounts {
  readonly type: "class.counts";
  readonly followers: number;
  readonly votes: Readonly<Record<string, number>>;
  readonly locked: boolean;
}

/** The claim holds. */
export interface ClassClaimed {
  readonly type: "class.claimed";
  readonly as: "presenter" | "audience";
}

/** Who the server takes this socket for, and what they have voted in the present poll. */
export interface ClassYou {
  readonly type: "class.you";
  readonly number: number;
  readonly name: string;
  readonly poll: string | null;
  readonly choice: number | null;
}

/** The vote is written down. */
export interface ClassVoted {
  readonly type: "class.voted";
  readonly poll: string;
  readonly choice: number;
}

/** Something is out of order, in words; with an empty message it is in order again. */
export interface ClassNotice {
  readonly type: "class.notice";
  readonly about: "exchange" | "storage";
  readonly message: string;
}

/**
 * Everything that the picture needs; where it is drawn is the browser's business.
 *
 * `folded` is None where every pod and Service is there.
 */
export interface Graph {
  readonly snapshot: string;
  readonly segments: readonly Segment[];
  readonly hosts: readonly Host[];
  readonly pods: readonly Pod[];
  readonly services: readonly Service[];
  readonly namespaces: readonly string[];
  readonly files: readonly File[];
  readonly assumptions: readonly Assumption[];
  readonly settings: readonly SettingInForce[];
  readonly counts: Counts;
  readonly folded: Folded | null;
  readonly version: number;
}

/** A wire between hosts. */
export interface Segment {
  readonly id: string;
  readonly network: string;
}

/** A machine with a kernel. `assumed`: no manifest speaks of it, the profile put it there. */
export interface Host {
  readonly id: string;
  readonly kind: "node" | "control-plane" | "router" | "internet";
  readonly name: string;
  readonly addresses: readonly string[];
  readonly podCIDRs: readonly string[];
  readonly zone: string | null;
  readonly assumed: boolean;
  readonly ready: boolean;
  readonly devices: readonly Device[];
}

/** A network device of a host; `segment` is the wire that a physical one is plugged into. */
export interface Device {
  readonly id: string;
  readonly name: string;
  readonly kind: "physical" | "bridge" | "veth" | "vxlan" | "loopback";
  readonly segment?: string | null;
  readonly addresses?: readonly string[];
}

/** A pod; `node` is None where it fits nowhere. `assumed`: in no manifest. `probes`: what the kubelet asks. */
export interface Pod {
  readonly id: string;
  readonly name: string;
  readonly namespace: string;
  readonly node: string | null;
  readonly addresses: readonly string[];
  readonly hostNetwork: boolean;
  readonly ready: boolean;
  readonly terminating: boolean;
  readonly phase: string;
  readonly owner: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly containers: readonly Container[];
  readonly services: readonly string[];
  readonly origin: Origin | null;
  readonly probes: readonly ProbeQuestion[];
  readonly assumed: boolean;
}

/** A container of a pod. */
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly ports: readonly ContainerPort[];
}

/** A port that a container declares. */
export interface ContainerPort {
  readonly number: number;
  readonly protocol: string;
  readonly name: string | null;
}

/** A probe as a question: the kubelet asks from its node. */
export interface ProbeQuestion {
  readonly from: string;
  readonly to: string;
  readonly protocol: string;
}

/**
 * A Service; `endpoints` are the ids of its pods, `ready` counts those that get traffic, `others` are endpoints
 * that are no pods, as the API server's.
 *
 * `assumed`: an add-on that no manifest speaks of.
 */
export interface Service {
  readonly id: string;
  readonly name: string;
  readonly namespace: string;
  readonly type: string;
  readonly clusterIPs: readonly string[];
  readonly headless: boolean;
  readonly externalName: string | null;
  readonly externalIPs: readonly string[];
  readonly loadBalancerIPs: readonly string[];
  readonly ports: readonly ServicePort[];
  readonly endpoints: readonly string[];
  readonly ready: number;
  readonly origin: Origin | null;
  readonly others: number;
  readonly assumed: boolean;
}

/** A port of a Service. */
export interface ServicePort {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  readonly targetPort: string;
  readonly nodePort: number | null;
}

/** An uploaded file by its label. */
export interface File {
  readonly path: string;
  readonly lines: number;
}

/** A setting of the cluster profile as it is; `chosen` where it is other than the default, whoever said so. */
export interface SettingInForce {
  readonly key: string;
  readonly value: string;
  readonly default: string;
  readonly chosen: boolean;
}

/** How much there is, for a heading. */
export interface Counts {
  readonly pods: number;
  readonly services: number;
  readonly nodes: number;
  readonly problems: number;
}

/** What there is beyond the pods and Services of a graph that is not whole, as counts of all: `pods` by machine. */
export interface Folded {
  readonly pods: Readonly<Record<string, number>>;
  readonly unscheduled: number;
  readonly services: number;
}

/** Everything that answers what was typed. `remark` says in words what is left to say, if anything. */
export interface FoundAnswer {
  readonly groups: readonly FoundGroup[];
  readonly remark: string;
}

/** Things of one kind; `total` counts those that are not listed, too. */
export interface FoundGroup {
  readonly title: string;
  readonly total: number;
  readonly found: readonly Found[];
}

/**
 * One thing that was found.
 *
 * `id` is its element on the picture and `host` the machine that it is on, where it has any. `source` and `target`
 * are what to write into the fields From and To. `asks` is a whole question, `path` the elements that it would pass.
 */
export interface Found {
  readonly kind: "pod" | "workload" | "service" | "node" | "device" | "namespace" | "policy" | "object" | "problem" | "line" | "flow" | "way";
  readonly title: string;
  readonly detail: string;
  readonly id: string | null;
  readonly host: string | null;
  readonly origin: Origin | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly asks: FoundFlow | null;
  readonly path: readonly string[];
}

/** A question that the page can ask at once. */
export interface FoundFlow {
  readonly from: string;
  readonly to: string;
  readonly protocol: string;
}

/**
 * Who may open which connection to whom, as far as policies say; `cells` hold indexes of `kinds`.
 *
 * `enforced` is false where the cluster's network plugin ignores policies.
 */
export interface Matrix {
  readonly workloads: readonly MatrixWorkload[];
  readonly kinds: readonly CellKind[];
  readonly cells: readonly (readonly number[])[];
  readonly policies: number;
  readonly enforced: boolean;
  readonly outside: Target;
}

/**
 * A row and a column. `alike` numbers its row and column of `cells`; `outward` and `inward` are cells, too.
 *
 * `source` is what to write into the field From, `host` into the field To, before the port; both are null where no pod
 * runs. `peer` is another pod of it to write into To. `ports` are those that its pods declare; `single`: there is one
 * pod, and nobody to talk to in the workload. `doors` lead to it from outside; `probe` is what the kubelet asks.
 * `controller` is the cell of what an Ingress controller may open there, null where the upload has no Ingress; `url`
 * leads there by one.
 */
export interface MatrixWorkload {
  readonly namespace: string;
  readonly name: string;
  readonly kind: string;
  readonly alike: number;
  readonly single: boolean;
  readonly source: string | null;
  readonly host: string | null;
  readonly peer: string | null;
  readonly ports: readonly PortRange[];
  readonly out: number;
  readonly in: number;
  readonly doors: readonly Target[];
  readonly probe: ProbeQuestion | null;
  readonly controller: number | null;
  readonly url: string | null;
}

/** Ports of a protocol, both ends included. */
export interface PortRange {
  readonly protocol: string;
  readonly low: number;
  readonly high: number;
}

/** Something that can be asked: what to write into the field To, and the protocol. */
export interface Target {
  readonly to: string;
  readonly protocol: string;
}

/** What a cell of the matrix may say: `words` in full, `ports` as a program reads them. */
export interface CellKind {
  readonly open: "all" | "some" | "none";
  readonly words: string;
  readonly ports: readonly PortRange[];
}

/** What would mend a flow, the smallest change first; none where it works, or where no known change helps. */
export interface Fixes {
  readonly fixes: readonly OfferedFix[];
}

/**
 * A change that makes the flow work: tried. `flows` are all others that it changes. `number` asks for it.
 *
 * `reasons` are what it removes, in the order in which a packet comes upon them.
 */
export interface OfferedFix {
  readonly number: number;
  readonly changes: readonly string[];
  readonly patch: string;
  readonly flows: readonly ChangedFlow[];
  readonly unchecked: number;
  readonly reasons: readonly Explanation[];
}

/** A flow that is not what it was. */
export interface ChangedFlow {
  readonly from: string;
  readonly to: string;
  readonly protocol: string;
  readonly respects: readonly Respect[];
  readonly divergence: Divergence | null;
}

/** One respect in which a flow differs: verdict, endpoints, source or path. */
export interface Respect {
  readonly what: string;
  readonly old: readonly string[];
  readonly new: readonly string[];
}

/** The first step that differs, counted from 0, in words; null where that way has already ended. */
export interface Divergence {
  readonly step: number;
  readonly old: string | null;
  readonly new: string | null;
}

/** All flows that differ; `asked` were compared, `unchecked` were too many. And the objects that are others. */
export interface Changed {
  readonly flows: readonly ChangedFlow[];
  readonly asked: number;
  readonly unchecked: number;
  readonly objects: readonly ChangedObject[];
  readonly more_objects: number;
}

/** An object that came, went or changed. `derived`: nobody wrote it; `more` fields changed than are named. */
export interface ChangedObject {
  readonly object: string;
  readonly what: string;
  readonly derived: boolean;
  readonly fields: readonly ChangedField[];
  readonly more: number;
}

/** A field by its path; None on the side where it is not there. */
export interface ChangedField {
  readonly path: string;
  readonly old: string | null;
  readonly new: string | null;
}

/** All files of a snapshot, for the editor. */
export interface Files {
  readonly snapshot: string;
  readonly files: readonly FileText[];
}

/** A file as it is edited: its text is masked. */
export interface FileText {
  readonly path: string;
  readonly text: string;
}

/** The same question in two states. `same`: packet and answer went the same way to the same end. */
export interface Compared {
  readonly before: Side;
  readonly after: Side;
  readonly same: boolean;
}

/** The answer of one state. `fork` is its first step that the other has not, from 0; null where it ends before. */
export interface Side {
  readonly disposition: Outcome | null;
  readonly cause: Cause | null;
  readonly server: string | null;
  readonly explanation: Explanation | null;
  readonly steps: readonly StepLine[];
  readonly fork: number | null;
  readonly refused: NotAsked | null;
}

/** A step as a list shows it. */
export interface StepLine {
  readonly leg: LegKind;
  readonly netns: string;
  readonly device: string | null;
  readonly kind: StepKind;
  readonly hook: string | null;
  readonly verdict: string | null;
  readonly said: string;
  readonly badge: Badge;
  readonly failed: boolean;
}

/** Why this cluster cannot be asked: the pod is not there (any more), for example. */
export interface NotAsked {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/**
 * Kinds, and shapes by number: of each field what stands in it. A number is a shape, [number] a list of it.
 *
 * `words` are the closed lists of words by field: Kubernetes takes no other.
 */
export interface ManifestSchema {
  readonly kinds: readonly KindFields[];
  readonly shapes: readonly (Readonly<Record<string, string | number | readonly (number | string)[]>>)[];
  readonly words: Readonly<Record<string, readonly string[]>>;
}

/** A kind: the apiVersion to write, and which of the shapes its fields have. */
export interface KindFields {
  readonly kind: string;
  readonly api_version: string;
  readonly shape: number;
}

/** What can be broken at an element of the picture; nothing where that is none. */
export interface BreakMenu {
  readonly at: string;
  readonly faults: readonly Breakable[];
}

/** One thing to do: the fault's text, the kind in a few words, what it is about, and what is so afterwards. */
export interface Breakable {
  readonly fault: string;
  readonly kind: string;
  readonly label: string;
  readonly says: string;
}

/**
 * The whole answer. `server` names the network namespace whose socket answered, if any.
 *
 * `picks` are the options that were asked for, choice by choice; where they end, the seed draws. `after` are the
 * connections that the session held before this one. `status` is the HTTP status of a proxy's answer. `faults` are
 * what was broken on purpose.
 */
export interface Trace {
  readonly key: string;
  readonly flow: Flow;
  readonly seed: number;
  readonly legs: readonly Leg[];
  readonly disposition: Outcome;
  readonly cause: Cause | null;
  readonly explanation: Explanation | null;
  readonly server: string | null;
  readonly assumptions: readonly Assumption[];
  readonly choices: readonly Choice[];
  readonly picks: readonly number[];
  readonly after: readonly Earlier[];
  readonly status: number | null;
  readonly faults: readonly string[];
  readonly version: number;
}

/** One packet's way: `packet` as it set out. */
export interface Leg {
  readonly kind: LegKind;
  readonly packet: Packet;
  readonly disposition: Disposition;
  readonly steps: readonly Step[];
  readonly cause: Cause | null;
}

/** The body of an HTTP answer that says no. */
export interface ErrorAnswer {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** Answer to a new workspace: `slug` reads, `edit_token` writes and is never shown again. */
export interface WorkspaceCreated {
  readonly slug: string;
  readonly edit_token: string;
  readonly url: string;
  readonly problems: readonly Problem[];
}

/** One diagnostic. `line` and `column` count from 1; None means the whole file. */
export interface Problem {
  readonly level: Level;
  readonly id: string;
  readonly message: string;
  readonly hint: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly column?: number | null;
  readonly object?: string | null;
}

export type Level = "error" | "warning" | "info";

/** Where a workspace is, and whether this client may change it. */
export interface WorkspaceFound {
  readonly slug: string;
  readonly url: string;
  readonly editable: boolean;
}

/** Answer to new files for a workspace: the version and the snapshot that are in force now. */
export interface WorkspaceReplaced {
  readonly slug: string;
  readonly url: string;
  readonly snapshot: string;
  readonly version: number;
  readonly problems: readonly Problem[];
}

/** Answer to unsaved changes: `draft` is the key to ask about them, for a while. */
export interface DraftHeld {
  readonly draft: string;
  readonly snapshot: string;
  readonly problems: readonly Problem[];
}

/** Which versions are kept, the newest first; `current` is in force, 0 where nothing has ever been changed. */
export interface Versions {
  readonly current: number;
  readonly snapshot: string;
  readonly undo: boolean;
  readonly redo: boolean;
  readonly versions: readonly VersionLine[];
}

/** A version of a workspace. `made_by` is upload, save, settings or restore; `parent`: it was made from that one. */
export interface VersionLine {
  readonly number: number;
  readonly parent: number;
  readonly made_by: string;
  readonly made: string;
  readonly files: number;
  readonly lines: number;
}

/** What the page of a comparison knows: what to ask with `query`, and the names of both (of versions, numbers). */
export interface CompareBoot {
  readonly apiUrl: string;
  readonly query: string;
  readonly before: string;
  readonly after: string;
  readonly beforeUrl: string;
  readonly afterUrl: string;
  readonly versions: boolean;
}

/** Everything that is wrong with the manifests of a workspace. */
export interface Problems {
  readonly problems: readonly Problem[];
}

/**
 * What a workspace page knows before it asks: the JSON in its element `netviz-boot`.
 *
 * `original` is the slug that this is a copy of, for those who may change the copy. `embed_url` may be shown
 * by pages of `embed_sites`.
 */
export interface Boot {
  readonly version: number;
  readonly slug: string;
  readonly wsPath: string;
  readonly graphUrl: string;
  readonly filesUrl: string;
  readonly problemsUrl: string;
  readonly traceUrl: string;
  readonly workspaceUrl: string;
  readonly editable: boolean;
  readonly original: string | null;
  readonly originalUrl: string | null;
  readonly embedUrl: string;
  readonly embedSites: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly protocol: string;
  readonly protocols: readonly string[];
  readonly seed: number;
  readonly example: Example | null;
}

/** What an example has to show. */
export interface Example {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly notice: readonly string[];
}

/** Answer to a new class: who knows `code` follows, who knows `token` presents, `audience_token` only looks. */
export interface ClassCreated {
  readonly code: string;
  readonly join_url: string;
  readonly presenter_url: string;
  readonly audience_url: string;
  readonly token: string;
  readonly audience_token: string;
}

/** Somebody in the class, for the presenter; `here`: a screen of theirs is open now. */
export interface ClassMember {
  readonly member: number;
  readonly number: number;
  readonly name: string;
  readonly removed: boolean;
  readonly here: boolean;
}

/**
 * A question that a step offers; `answer` is the engine's, and at the step with index `seen` one sees it.
 *
 * One of the lab that the class was made from says with `place` where to go before it is asked.
 */
export interface ClassOffer {
  readonly id: string;
  readonly question: string;
  readonly choices: readonly PollChoice[];
  readonly answer: number;
  readonly explanation: string;
  readonly seen: number;
  readonly place: OfferPlace | null;
}

/** The connection that a question is about, and the step where its packet waits for the answer. */
export interface OfferPlace {
  readonly flow: FlowQuestion;
  readonly seed: number;
  readonly picks: readonly number[];
  readonly step: number;
}

/** What a page of a class knows before it asks: the JSON in its element `netviz-class`. */
export interface ClassBoot {
  readonly code: string;
  readonly title: string;
  readonly wsPath: string;
  readonly apiUrl: string;
  readonly joinUrls: readonly string[];
  readonly labs: readonly string[];
}

/** A class's labs in the order they were begun, its people, and the checks that fail most. */
export interface Board {
  readonly labs: readonly string[];
  readonly rows: readonly BoardRow[];
  readonly failing: readonly BoardFailing[];
}

/** One member: name, or "guest 12"; the parts of each lab that they have begun, and the lab they were in last. */
export interface BoardRow {
  readonly member: number;
  readonly who: string;
  readonly labs: Readonly<Record<string, readonly BoardPart[]>>;
  readonly at: string;
}

/** How far somebody is in one part of a lab. */
export interface BoardPart {
  readonly part: string;
  readonly done: boolean;
  readonly credit: number;
  readonly failed: readonly string[];
}

/** A check that several don't pass. */
export interface BoardFailing {
  readonly lab: string;
  readonly part: string;
  readonly check: string;
  readonly members: number;
}

/** What the browser may say. */
export type ClientMessage = TraceStart | TraceResume;

/** What the server may say. */
export type ServerMessage = TraceBegin | TraceStep | TraceEnd | ErrorMessage;

/** What may be said in a class. */
export type ClassClientMessage = ClassClaim | ClassHello | ClassCursor | ClassWhere | ClassAsk | ClassClose | ClassReveal | ClassDismiss | ClassBlank | ClassModerate | ClassLock | ClassVote;

/** What a class hears. */
export type ClassServerMessage = ClassState | ClassCounts | ClassClaimed | ClassYou | ClassVoted | ClassNotice | ErrorMessage;
