// What people do in the pretend hall: the calls of the API that the pages make, with answers of the same shape.
import { randomUUID } from "node:crypto";

const problem = (status, name, detail, more = {}) => ({
  status,
  type: "application/problem+json",
  body: { type: `urn:paihao:problem:${name}`, title: name, status, detail, ...more },
});
const ok = (body, status = 200) => ({ status, body });
const NOTHING = { status: 204, body: null };

export function commands(hall, lots) {
  const links = new Map(); // token → ticket
  const persons = new Map(); // document → tickets
  const missed = new Map(); // window → tickets

  const windowOf = (number) => hall.windows.find(({ window }) => window === number);
  const withLink = (ticket) => {
    let token = [...links].find(([, other]) => other === ticket)?.[0];
    if (!token) {
      token = randomUUID().replaceAll("-", "");
      links.set(token, ticket);
    }
    return { ...ticket, ahead: ahead(ticket), link: `/t/${token}` };
  };
  const ahead = (ticket) =>
    Math.max(
      0,
      hall.services.get(ticket.service).line.findIndex((entry) => entry.ticket === ticket),
    );

  function free(window, ticket, state, event) {
    ticket.state = state;
    window.ticket = null;
    hall.set(window, "idle");
    hall.event(event, ticket, window);
    return ok(ticket);
  }

  function waitAgain(ticket, service) {
    ticket.service = service.code;
    Object.assign(ticket, { state: "waiting", window: null, call_id: null });
    service.line.unshift({ ticket, arrived: 0 });
    hall.touch(service.code);
  }

  const actions = {
    open(window) {
      if (window.state === "closed" || window.state === "paused") hall.set(window, "idle");
      hall.event("window.changed", window);
      return ok(window);
    },
    close(window) {
      hall.set(window, "closed");
      hall.event("window.changed", window);
      return ok(window);
    },
    pause(window, { reason }) {
      hall.set(window, "paused", reason);
      hall.event("window.changed", window);
      return ok(window);
    },
    call(window, { ticket: wanted, ready }) {
      if (window.ticket) return problem(409, "window-busy", "a ticket is open");
      if (wanted) {
        const ticket = [...hall.tickets.values()].find(
          ({ id, number }) => id === wanted || number === wanted,
        );
        if (!ticket) return problem(404, "not-found", `there is no ticket ${wanted}`);
        if (ticket.state !== "waiting" && ticket.state !== "missed")
          return problem(409, "ticket-not-waiting", "it does not wait");
        if (!window.services.includes(ticket.service))
          return problem(409, "ticket-not-here", "this window does not serve it");
        hall.callTicket(window, ticket);
        return ok(ticket);
      }
      hall.callNext(window, true);
      if (window.ticket) return ok(window.ticket);
      hall.set(window, ready ? "ready" : "idle");
      hall.event("window.changed", window);
      return NOTHING;
    },
    recall(window, _, ticket) {
      ticket.calls += 1;
      hall.event("ticket.recalled", ticket, window);
      return ok(ticket);
    },
    start(window, _, ticket) {
      ticket.state = "serving";
      hall.event("ticket.started", ticket, window);
      return ok(ticket);
    },
    finish(window, body, ticket) {
      const answer = free(window, ticket, "done", "ticket.finished");
      return body.call ? actions.call(window, { ready: body.ready }) : answer;
    },
    miss(window, _, ticket) {
      missed.set(window.window, [ticket, ...(missed.get(window.window) ?? [])]);
      return free(window, ticket, "missed", "ticket.missed");
    },
    return(window, _, ticket) {
      waitAgain(ticket, hall.services.get(ticket.service));
      return free(window, ticket, "waiting", "ticket.returned");
    },
    park(window, _, ticket) {
      window.parked.push(ticket.number);
      return free(window, ticket, "parked", "ticket.parked");
    },
    resume(window, { ticket: number }) {
      const ticket = [...hall.tickets.values()].find((other) => other.number === number);
      if (!ticket || !window.parked.includes(number))
        return problem(409, "ticket-not-here", "not parked here");
      window.parked = window.parked.filter((other) => other !== number);
      hall.callTicket(window, ticket);
      return ok(ticket);
    },
    transfer(window, { service, window: to }, ticket) {
      waitAgain(ticket, hall.services.get(service ?? windowOf(to)?.services[0]));
      return free(window, ticket, "waiting", "ticket.transferred");
    },
  };
  const NEEDS_NO_TICKET = ["open", "close", "pause", "call", "resume"];

  function act(number, action, body) {
    const window = windowOf(number);
    if (!window || !actions[action]) return problem(404, "not-found", "there is no such window");
    if (NEEDS_NO_TICKET.includes(action)) {
      if (window.state === "closed" && action !== "open")
        return problem(409, "window-not-open", "the window is closed");
      return actions[action](window, body);
    }
    if (!window.ticket) return problem(409, "nothing-to-recall", "no ticket is open");
    if (body.ticket && body.ticket !== window.ticket.id)
      return problem(409, "stale", "another ticket is there");
    return actions[action](window, body, window.ticket);
  }

  function desk(number) {
    const window = windowOf(number);
    if (!window) return problem(404, "not-found", "there is no such window");
    const byNumber = new Map([...hall.tickets.values()].map((ticket) => [ticket.number, ticket]));
    return ok({
      next: hall.nextFor(window),
      why: null,
      parked: window.parked.map((other) => byNumber.get(other)),
      missed: (missed.get(number) ?? []).filter(({ state }) => state === "missed"),
    });
  }

  function issue(body, role) {
    const service = hall.services.get(body.service);
    if (!service) return problem(404, "unknown-service", "there is no such service");
    if (body.class === "green" && !["guide", "manager"].includes(role))
      return problem(403, "not-allowed", "only guides give green");
    if (!hall.isOpen() && role !== "manager") return problem(409, "service-closed", "the hall is closed");
    const held = (persons.get(body.person) ?? []).find(
      (ticket) => ticket.service === body.service && ["waiting", "called", "serving"].includes(ticket.state),
    );
    if (body.person && held)
      return problem(409, "already-waiting", "the person has one", {
        ticket: { id: held.id, number: held.number },
      });
    const ticket = hall.issue(service, body);
    if (body.person) persons.set(body.person, [...(persons.get(body.person) ?? []), ticket]);
    return ok(withLink(ticket), 201);
  }

  function ticket(id, action, body) {
    const found = hall.tickets.get(id);
    if (!found) return problem(404, "not-found", "there is no such ticket");
    if (action === "leave") return leave(found);
    if (action === "reprint") {
      Object.assign(found.print, {
        copies: found.print.copies + 1,
        state: "printing",
        printer: body.printer,
      });
      hall.event("ticket.printed", found);
    }
    return ok(withLink(found));
  }

  function leave(found) {
    if (found.state !== "waiting") return problem(409, "ticket-not-waiting", "it does not wait");
    const service = hall.services.get(found.service);
    service.line = service.line.filter((entry) => entry.ticket !== found);
    service.left += 1;
    found.state = "left";
    hall.touch(service.code);
    hall.event("ticket.left", found);
    return ok(found);
  }

  function find({ number, person }) {
    if (person) return ok((persons.get(person) ?? []).map(withLink));
    return ok([...hall.tickets.values()].filter((other) => other.number === number).map(withLink));
  }

  function visit(token) {
    const found = links.get(token);
    if (!found) return problem(404, "not-found", "there is no such visit");
    const service = hall.services.get(found.service);
    const serving = hall.windows.find((other) => other.services.includes(found.service));
    const zone = hall.zones.find(({ code }) => code === (windowOf(found.window) ?? serving)?.zone);
    return ok({
      ...{ hall: hall.name, number: found.number, service: service.name, state: found.state },
      ...{ business_date: found.business_date, issued_at: found.issued_at, called_at: found.called_at },
      ...{ window: found.window, zone: zone?.name ?? null, ahead: ahead(found) },
      ...{ eta: found.state === "waiting" ? hall.eta(service) : null, held_s: 180, open: hall.isOpen() },
      lots: lots.visits(),
    });
  }

  return {
    act,
    desk,
    issue,
    ticket,
    find,
    visit,
    leaveVisit: (token) => (links.has(token) ? leave(links.get(token)) : visit(token)),
    problem,
    ok,
  };
}
