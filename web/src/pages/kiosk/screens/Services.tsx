import type { KioskHall, KioskService, KioskView } from "../../../shared/generated/protocol";
import { language, pick, say } from "../../../shared/words/words";
import { Icon } from "../art";
import { type Browse, departments, letterKeys, ofDepartment, often, pageOf, search, tabs } from "../browse";
import { Key } from "../Key";
import { browse, hall, perPage, press, room } from "../store";
import { peopleWaiting, waitOf } from "../words";
import { CardNote } from "./Welcome";

export function Services({ view }: { view: KioskView }) {
  const known = hall.value;
  if (known === null) return null;
  const now = browse.value;
  const go = (change: Partial<Browse>) => {
    browse.value = { ...now, page: 0, ...change };
  };
  const all = choices(known, now);
  const shown = pageOf<Choice>(all, now.page, perPage.value);
  const chosen = known.departments.find(({ code }) => code === now.department);
  return (
    <div class="services" data-tab={now.tab}>
      <h2>{chosen ? say("in-department", { name: pick(chosen.name) }) : say("choose-service")}</h2>
      {view.card_trouble && <CardNote why={view.card_trouble} />}
      <div class="ways">
        {tabs(room.value).map((tab) => (
          <Key
            key={tab}
            name={`tab-${tab}`}
            kind="quiet"
            pressed={tab === now.tab}
            onPress={() => go({ tab, department: null, typed: [] })}
          >
            {say(`tab-${tab}`)}
          </Key>
        ))}
      </div>
      {now.tab === "search" && <Typed typed={now.typed} nothing={all.length === 0} />}
      <div class="choices">
        {shown.items.map((choice) =>
          "waiting" in choice ? (
            <ServiceKey key={choice.service} service={choice} hall={known} person={view.person !== null} />
          ) : (
            <Key
              key={choice.code}
              name={`department-${choice.code}`}
              note={say("matters", { count: choice.count })}
              onPress={() => go({ department: choice.code })}
            >
              {pick(choice.name)}
            </Key>
          ),
        )}
      </div>
      {now.tab === "search" && (
        <div class="letters">
          {letterKeys(room.value).map((letters) => (
            <Key
              key={letters}
              name={`letter-${letters}`}
              onPress={() => go({ typed: [...now.typed, letters].slice(-8) })}
            >
              {letters}
            </Key>
          ))}
          <Key
            name="letter-delete"
            kind="quiet"
            off={now.typed.length === 0}
            onPress={() => go({ typed: now.typed.slice(0, -1) })}
          >
            {say("search-delete")}
          </Key>
          <Key
            name="letter-clear"
            kind="quiet"
            off={now.typed.length === 0}
            onPress={() => go({ typed: [] })}
          >
            {say("search-clear")}
          </Key>
        </div>
      )}
      <div class="pager">
        <Key
          name="back"
          kind="quiet"
          icon={<Icon name="back" />}
          onPress={() => (now.department ? go({ department: null }) : press({ key: "back" }))}
        >
          {say(now.department ? "back" : "quit")}
        </Key>
        <Key name="page-before" off={shown.page === 0} onPress={() => go({ page: shown.page - 1 })}>
          {say("page-before")}
        </Key>
        <p class="page-of">{say("page-of", { page: shown.page + 1, pages: shown.pages })}</p>
        <Key
          name="page-after"
          off={shown.page + 1 >= shown.pages}
          onPress={() => go({ page: shown.page + 1 })}
        >
          {say("page-after")}
        </Key>
      </div>
    </div>
  );
}

type Choice = KioskService | ReturnType<typeof departments>[number];

function choices(known: KioskHall, now: Browse): readonly Choice[] {
  switch (now.tab) {
    case "often":
      return often(known, perPage.value);
    case "departments":
      return now.department ? ofDepartment(known, now.department) : departments(known);
    case "search":
      return search(known, now.typed, language.value);
  }
}

function Typed({ typed, nothing }: { typed: readonly string[]; nothing: boolean }) {
  if (typed.length === 0) return <p class="typed">{say("search-hint")}</p>;
  return (
    <p class="typed" role="status">
      <span class="typed-letters">{say("search-typed", { letters: typed.join(" ") })}</span>
      {nothing && <span class="trouble">{say("search-none")}</span>}
    </p>
  );
}

interface ServiceProps {
  service: KioskService;
  hall: KioskHall;
  person: boolean;
}

function ServiceKey({ service, hall: known, person }: ServiceProps) {
  const { open, opens, closes } = known;
  const note = open ? (
    <>
      <span class="fact">
        <Icon name="people" />
        {peopleWaiting(service.waiting)}
      </span>
      {service.open_windows === 0 ? (
        <span class="fact fact-none">{say("no-window-open")}</span>
      ) : (
        <span class="fact">
          <Icon name="clock" />
          {waitOf(service.eta)}
        </span>
      )}
      {service.real_name && !person && <span class="fact fact-card">{say("needs-card")}</span>}
    </>
  ) : (
    <span class="fact fact-none">{say("open-hours", { opens, closes })}</span>
  );
  return (
    <Key
      name={`service-${service.service}`}
      note={note}
      off={!open}
      onPress={() => press({ key: "service", service: service.service })}
    >
      {pick(service.name)}
    </Key>
  );
}
