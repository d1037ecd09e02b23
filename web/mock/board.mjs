// What the board of a zone shows of the pretend hall. No calls are spoken.
export function boardOf(hall, lots, code, link = "live") {
  const zone = hall.zones.find((other) => other.code === code) ?? null;
  const windows = hall.windows.filter((window) => window.zone === code);
  const called = windows
    .filter(({ ticket }) => ticket)
    .sort((a, b) => b.ticket.called_at.localeCompare(a.ticket.called_at))
    .slice(0, 8);
  const codes = new Set(windows.flatMap(({ services }) => services));
  const queues = hall.snapshot().queues.filter(({ service }) => codes.has(service));
  const live = link === "live";
  return {
    ...{ zone, hall: hall.name, link, time: hall.at().slice(11, 16), date: hall.at().slice(0, 10) },
    open: hall.isOpen(),
    calls: called.map(({ window, ticket }, place) => ({
      ...{ key: place + 1, number: ticket.number, window, class: ticket.class, again: ticket.calls > 1 },
      ...{ fresh: live && place === 0, large: live && place === 0, serving: ticket.state === "serving" },
    })),
    lines: live
      ? queues.slice(0, 12).map(({ service, name, waiting, open_windows }) => ({
          ...{ service, name, waiting, open: open_windows > 0 },
        }))
      : [],
    waiting: live ? queues.reduce((sum, { waiting }) => sum + waiting, 0) : null,
    lots: lots.tiles(live),
  };
}
