/** All text of the picture, as boxes of lines for the HTML layer. Cytoscape draws none. */
import { allAddresses } from "./assumed";
import type { Drawing, Line, Shape, Words } from "./drawing";
import { hasBehind, type Service } from "./model";
import { GATES, hasRails, LANES, type Levels } from "./plate";
import { BALANCER } from "./scene/story";
import { FEW, foldOf, podsIsland, SHELF, UNSCHEDULED, type PlateScene, type Scene } from "./scene/fold";
import { t } from "../i18n";

const line = (text: string, look: string): Line => ({ text, look });
const pods = (count: number): string => t("count.pods", { count });
const serviceNamed = ({ namespace, name }: Service): string => t("picture.service", { name: `${namespace}/${name}` });

export function write(drawing: Drawing, scene: Scene, at: Levels): void {
  const shapes = new Map(drawing.shapes.map((shape) => [shape.id, shape]));
  const { words } = drawing;
  const on = (id: string, lines: Line[], more: Partial<Words> = {}): void => {
    const shape = shapes.get(id);
    if (shape) words.push({ of: id, lines, align: "centre", ...boxOf(shape), ...more });
  };
  for (const plate of scene.plates) writePlate(drawing, plate, at, on);
  for (const service of scene.services) {
    on(service.id, serviceLines(service), { button: serviceNamed(service), look: "service" });
  }
  on(SHELF, [line(`+${scene.moreServices}`, "name"), line(t("picture.more-services"), "dim")], {
    button: t("picture.all-services"),
  });
  on(foldOf(SHELF), [line(t("picture.fewer"), "dim")], { button: t("picture.fewer-services") });
  for (const island of scene.islands) {
    const folded = island.id === UNSCHEDULED ? [] : [t("count.nodes", { count: island.hosts.length })];
    const sum = [...folded, pods(island.pods)].join(" · ");
    const few = island.hosts.length <= FEW && island.id !== UNSCHEDULED;
    const button = few
      ? undefined
      : island.open
        ? t("picture.fold", { name: island.title })
        : t("picture.unfold", { name: island.title, sum });
    on(island.id, [line(island.title, "name"), line(sum, "dim")], {
      align: "left",
      look: "island",
      button,
      squares: island.open ? 0 : island.hosts.length,
    });
    if (!island.open) continue;
    island.hosts.forEach((host, i) => {
      const lines = [line(host.name, "name"), line(pods(island.each[i] ?? 0), "dim")];
      on(host.id, lines, { button: t("picture.unfold-node", { name: host.name }) });
    });
  }
  writeOutside(drawing, scene, on);
}

type On = (id: string, lines: Line[], more?: Partial<Words>) => void;

const boxOf = ({ x, y, w, h }: Shape) => ({ x, y, w, h });

function writeOutside(drawing: Drawing, scene: Scene, on: On): void {
  const wire = drawing.cables.find((cable) => cable.id === "segment:underlay~0");
  const y = (wire?.line[0]?.y ?? 48) - 24;
  const free = (text: string, look: string, x: number, w: number, align: "left" | "right", top = y): void => {
    drawing.words.push({ of: "", lines: [line(text, look)], align, x, y: top, w, h: 20 });
  };
  if (scene.plates.length) free(scene.network, "mono dim", drawing.width - 332, 300, "right");
  if (scene.services.length)
    free(
      t("picture.services"),
      "head",
      26,
      400,
      "left",
      (drawing.shapes.find((shape) => shape.kind === "service")?.y ?? 0) - 25,
    );
  if (!drawing.zones.has("host:router")) {
    if (scene.plates.length) free(t("picture.underlay"), "head", 26, 200, "left");
    return;
  }
  free(t("picture.outside"), "head world", 26, 170, "left", 16);
  on("host:router", [line(t("picture.router"), "name wire")], { button: t("picture.router.button") });
  const service = scene.story?.balancer ?? "";
  on(BALANCER, [line(t("picture.balancer"), "name wire"), line(service, "dim wire")]);
  const internet = scene.internet?.addresses[0] ?? "internet";
  on("host:internet", [line(internet, "mono strong client wire")], {
    button: t("picture.internet", { address: internet }),
  });
}

function writePlate(drawing: Drawing, plate: PlateScene, at: Levels, on: On): void {
  const { host } = plate;
  const { x, y } = drawing.plates.get(host.id)!;
  const own = (of: string, text: string, look: string, box: [number, number, number, number], align: Words["align"]) =>
    drawing.words.push({
      of,
      lines: [line(text, look)],
      align,
      x: x + box[0],
      y: y + box[1],
      w: box[2],
      h: box[3],
    });
  drawing.words.push({
    of: `${host.id}#plate`,
    align: "left",
    x: x + 14,
    y: y + 12,
    w: 190,
    h: 28,
    lines: [line(host.name, "title")],
    button: t("picture.node", { name: host.name }),
    look: "tight",
  });
  own(`${host.id}#plate`, host.addresses[0] ?? "", "mono dim", [264, 16, 188, 20], "right");
  on(`${host.id}/${plate.wire?.name ?? "eth0"}`, [line(plate.wire?.name ?? "eth0", "mono wire")]);
  for (const [hook, gate] of Object.entries(GATES)) {
    own(`${host.id}#${hook}`, hook, "gate", [gate - 60, at.track + 19, 120, 20], "centre");
  }
  if (at.sockets !== null) {
    own(`${host.id}#INPUT`, "INPUT", "gate", [44, at.track + 50, 100, 16], "right");
    own(`${host.id}#OUTPUT`, "OUTPUT", "gate", [328, at.track + 50, 100, 16], "left");
    own(`${host.id}#sockets`, t("picture.sockets"), "pill", [196, at.sockets - 10, 80, 20], "centre");
  }
  for (const tunnel of plate.tunnel ? [`${host.id}/${plate.tunnel.name}`, `${host.id}/${plate.tunnel.name}#in`] : []) {
    on(tunnel, [line(plate.tunnel!.name, "mono overlay wire")]);
  }
  on(`${host.id}/lo`, [line("lo", "mono wire")]);
  if (plate.bridge) {
    const { name, addresses } = plate.bridge;
    own(`${host.id}/${name}`, name, "mono strong", [28, at.bar + 4, 60, 18], "left");
    own(
      `${host.id}/${name}`,
      addresses?.[0] ?? host.podCIDRs?.[0] ?? "",
      "mono dim",
      [88, at.bar + 4, 122, 18],
      "left",
    );
  }
  if (hasRails(plate)) own("", t("picture.no-bridge"), "dim", [384, at.bar + LANES.out + 4, 58, 18], "right");
  for (const { service, asked } of plate.ghosts) {
    on(`${host.id}^${service.id}`, ghostLines(service, asked), {
      look: "ghost service",
      button: serviceNamed(service),
    });
  }
  writePods(plate, on);
}

function writePods(plate: PlateScene, on: On): void {
  for (const pod of plate.pods) {
    const containers = pod.containers?.length ?? 1;
    const last = [
      pod.assumed ? t("picture.assumed") : pod.namespace,
      ...(containers > 1 ? [t("count.containers", { count: containers })] : []),
    ].join(" · ");
    const fences = plate.fences.get(pod.id);
    const name = `${pod.namespace}/${pod.name}`;
    const state = !pod.ready ? (pod.phase === "Running" || !pod.phase ? t("picture.not-ready") : pod.phase) : last;
    on(
      pod.id,
      [
        line(pod.name, pod.name.length > 15 ? "name long" : "name"),
        line(pod.hostNetwork ? t("picture.host-network") : (pod.addresses[0] ?? t("picture.no-address")), "mono"),
        fences
          ? line(fences.length > 1 ? `${fences[0]} +${fences.length - 1}` : fences[0]!, "policy")
          : line(state, "dim minor"),
      ],
      {
        look: "pod",
        button: fences ? t("picture.fenced", { name, policies: fences.join(", ") }) : t("picture.pod", { name }),
      },
    );
    for (const jack of ["eth0", "lo"]) on(`${pod.id}/${jack}`, [line(jack, "mono jack")]);
  }
  on(
    podsIsland(plate.host.id),
    [line(`+${plate.folded}`, "name"), line(t("picture.more-pods", { count: plate.folded }), "dim")],
    {
      button: t("picture.show-pods", { count: plate.folded, node: plate.host.name }),
    },
  );
  const { name } = plate.host;
  on(foldOf(podsIsland(plate.host.id)), [line(t("picture.fewer"), "dim")], {
    button: t("picture.fewer-pods", { name }),
  });
  on(foldOf(plate.host.id), [line("−", "mono wire")], { button: t("picture.fold", { name }) });
}

const portOf = (service: Service): string => (service.ports[0] ? `:${service.ports[0].port}` : "");

function addressOf(service: Service): string {
  if (service.externalName) return service.externalName;
  if (service.headless || !service.clusterIPs[0] || service.clusterIPs[0] === "None") return t("picture.headless");
  return service.clusterIPs[0];
}

function serviceLines(service: Service): Line[] {
  const some = service.endpoints.length ? pods(service.endpoints.length) : t("picture.no-pods");
  const behind = hasBehind(service) ? `${service.type} · ${some}` : t("picture.nobody-behind");
  return [
    line(service.name, service.name.length > 17 ? "name small" : "name"),
    line(`${addressOf(service)}${service.externalName ? "" : portOf(service)}`, "mono"),
    line(service.externalName ? service.type : behind, "kind"),
  ];
}

/** By which of its addresses it is asked for; at a node's, that is a port. */
function doorOf(service: Service, asked: string): string {
  if (allAddresses(service).includes(asked)) return asked;
  const { nodePort } = service.ports.find((port) => port.nodePort) ?? {};
  return nodePort ? `:${nodePort}` : addressOf(service);
}

function ghostLines(service: Service, asked: string): Line[] {
  return [
    line(service.name, service.name.length > 11 ? "name long" : "name"),
    line(
      service.assumed ? t("picture.assumed") : hasBehind(service) ? service.type : t("picture.nobody-behind"),
      "kind",
    ),
    line(doorOf(service, asked), "mono"),
  ];
}
