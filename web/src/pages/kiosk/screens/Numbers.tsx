import { QrCode } from "../../../shared/components/QrCode";
import type { Slip, Text, Trouble } from "../../../shared/generated/protocol";
import { pick, say } from "../../../shared/words/words";
import { Icon, TicketArt } from "../art";
import { Key } from "../Key";
import { press } from "../store";
import { peopleAhead, placeOf, waitOf } from "../words";

export function Issuing({ service, slow }: { service: Text; slow: boolean }) {
  return (
    <div class="number">
      <Spinner />
      <h2>{say(slow ? "issuing-slow" : "issuing")}</h2>
      <p class="number-service">{pick(service)}</p>
      {slow && (
        <>
          <p class="number-detail">{say("issuing-slow-detail")}</p>
          <div class="number-keys">
            <Key name="back" onPress={() => press({ key: "back" })}>
              {say("give-up")}
            </Key>
          </div>
        </>
      )}
    </div>
  );
}

export function Printing({ slip }: { slip: Slip }) {
  return (
    <div class="number">
      <TicketArt />
      <h2>{say("printing")}</h2>
      <Plate slip={slip} />
    </div>
  );
}

export function Done({ slip, seconds, cardOn }: { slip: Slip; seconds: number; cardOn: boolean }) {
  return (
    <div class="number" data-good="true">
      <TicketArt />
      <h2>{say("done")}</h2>
      {cardOn && <p class="number-card">{say("done-card")}</p>}
      {slip.restored && <p class="number-detail">{say("done-restored")}</p>}
      <Plate slip={slip} />
      <Facts slip={slip} />
      <div class="number-keys">
        <Key name="finish" kind="main" onPress={() => press({ key: "finish" })}>
          {say("done-seconds", { seconds })}
        </Key>
      </div>
    </div>
  );
}

export function Asking({ slip }: { slip: Slip }) {
  return (
    <div class="number">
      <h2>{say("asking")}</h2>
      <p class="number-detail">{say(slip.restored ? "done-restored" : "asking-detail")}</p>
      <Plate slip={slip} />
      <Facts slip={slip} />
      <div class="number-keys">
        <Key name="came-out-no" onPress={() => press({ key: "came-out", yes: false })}>
          {say("came-out-no")}
        </Key>
        <Key name="came-out-yes" kind="main" onPress={() => press({ key: "came-out", yes: true })}>
          {say("came-out-yes")}
        </Key>
      </div>
    </div>
  );
}

export function NumberOnly({ slip, why, again }: { slip: Slip; why: Trouble | null; again: boolean }) {
  return (
    <div class="number" data-large-number="true">
      {why && (
        <p class="trouble">
          <Icon name="warn" />
          {say(`trouble-${why}`)}
        </p>
      )}
      <h2>{say("number-only")}</h2>
      <Plate slip={slip} />
      <p class="number-detail number-where">{say("number-only-detail")}</p>
      {slip.link && (
        <div class="number-scan">
          <QrCode text={slip.link} label={say("number-only-scan")} />
          <p>{say("number-only-scan")}</p>
        </div>
      )}
      <div class="number-keys">
        {again && (
          <Key name="reprint" kind="main" onPress={() => press({ key: "reprint" })}>
            {say("print-again")}
          </Key>
        )}
        <Key name="finish" onPress={() => press({ key: "finish" })}>
          {say("finish")}
        </Key>
      </div>
    </div>
  );
}

export function Already({ number, service }: { number: string; service: Text }) {
  return (
    <div class="number">
      <h2>{say("already")}</h2>
      <p class="number-detail">{say("already-detail")}</p>
      <div class="slip">
        <p class="slip-kicker">{say("your-number")}</p>
        <p class="slip-number">{number}</p>
        <p class="slip-service">{pick(service)}</p>
      </div>
      <div class="number-keys">
        <Key name="back" onPress={() => press({ key: "back" })}>
          {say("choose-other")}
        </Key>
        <Key name="reprint" kind="main" onPress={() => press({ key: "reprint" })}>
          {say("reprint-key")}
        </Key>
      </div>
    </div>
  );
}

function Plate({ slip }: { slip: Slip }) {
  return (
    <div class="slip">
      <p class="slip-kicker">
        {say("your-number")}
        {slip.reprint && <span class="slip-mark">{say("reprint-mark")}</span>}
      </p>
      <p class="slip-number" data-long={slip.number.length > 5}>
        {slip.number}
      </p>
      <p class="slip-service">{pick(slip.service)}</p>
    </div>
  );
}

function Facts({ slip }: { slip: Slip }) {
  const { zone, windows } = placeOf(slip.place);
  return (
    <ul class="slip-facts">
      <li>
        <Icon name="people" />
        {peopleAhead(slip.ahead)}
      </li>
      <li>
        <Icon name="clock" />
        {waitOf(slip.eta)}
      </li>
      <li>
        <Icon name="place" />
        <span>
          {zone ?? say("place-unknown")}
          {windows && <span class="slip-windows">{windows}</span>}
        </span>
      </li>
    </ul>
  );
}

export function Spinner() {
  return (
    <svg class="spinner" viewBox="0 0 80 80" aria-hidden="true">
      <circle cx="40" cy="40" r="34" />
      <path d="M40 6a34 34 0 0 1 34 34" />
    </svg>
  );
}
