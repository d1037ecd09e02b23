// The pretend demo: its doorway, its programs and its virtual devices, as `/demo` shows them.
import { USERS } from "./people.mjs";

const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4//8/AwAI/AL+p5qgoAAAAABJRU5ErkJggg==",
  "base64",
);

export function demo(hall) {
  const programs = ["server", "bridge", "kiosk k1", "kiosk k2", "display"].map((name) => ({
    ...{ name, state: "running", since: hall.at() },
  }));
  const plugs = new Map();

  const devices = () => [
    device("printer", "k1", "generic-80"),
    device("printer", "k2", "generic-58"),
    device("reader", "k1", "sam-v"),
    device("sign", "hall", "onbon-5k"),
  ];
  function device(kind, name, model) {
    const { line = true, paper } = plugs.get(`${kind}s/${name}`) ?? {};
    const why = line ? (paper === "out" ? "paper-out" : null) : "no-answer";
    const state = line ? (why ? "degraded" : "ready") : "gone";
    return { kind, name, model, port: "virtual", state, why, since: hall.at() };
  }

  return {
    devices,
    answer(method, path, body) {
      if (path === "/demo/doorway.json")
        return { status: 200, body: { users: USERS, pages: [], phone: null } };
      if (path === "/demo/state") return { status: 200, body: { programs, bridge: { devices: devices() } } };
      const [, name, what] = /^\/demo\/programs\/([^/]+)\/(kill|start)$/.exec(path) ?? [];
      const program = programs.find((other) => other.name === decodeURIComponent(name ?? ""));
      if (program) {
        Object.assign(program, { state: what === "kill" ? "down" : "running", since: hall.at() });
        return { status: 204, body: null };
      }
      const [, which] = /^\/demo\/bridge\/v1\/virtual\/([a-z]+\/[^/]+)\/plugs$/.exec(path) ?? [];
      if (which && method === "PUT") {
        plugs.set(which, { ...plugs.get(which), ...body });
        return { status: 204, body: null };
      }
      if (path.endsWith(".png")) return { status: 200, type: "image/png", body: PIXEL };
      return { status: 404, body: {} };
    },
  };
}
