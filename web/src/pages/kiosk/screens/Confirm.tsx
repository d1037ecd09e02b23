import type { KioskView, Screen } from "../../../shared/generated/protocol";
import { pick, say } from "../../../shared/words/words";
import { Icon } from "../art";
import { Key } from "../Key";
import { change, hall, press } from "../store";
import { placeOf, waitOf } from "../words";

interface Props {
  view: KioskView;
  show: Extract<Screen, { name: "confirm" }>;
}

export function Confirm({ view, show }: Props) {
  const service = hall.value?.services.find(({ service }) => service === show.service);
  const { zone, windows } = placeOf(show.place);
  return (
    <div class="confirm">
      <section class="sheet">
        <p class="sheet-kicker">{say("confirm-title")}</p>
        <h2>{service ? pick(service.name) : show.service}</h2>
        <dl class="facts">
          <div>
            <dt>
              <Icon name="people" />
              {say("confirm-waiting")}
            </dt>
            <dd>{say("confirm-people", { count: service?.waiting ?? 0 })}</dd>
          </div>
          <div>
            <dt>
              <Icon name="clock" />
              {say("confirm-wait")}
            </dt>
            <dd>{waitOf(service?.eta ?? null)}</dd>
          </div>
          <div class="facts-place">
            <dt>
              <Icon name="place" />
              {say("confirm-where")}
            </dt>
            <dd>
              {zone ?? say("place-unknown")}
              {windows && <span>{windows}</span>}
            </dd>
          </div>
        </dl>
      </section>
      {show.elder !== null && (
        <section class="elder">
          <h3>{say("elder-title")}</h3>
          <div class="elder-keys">
            <Key name="elder-on" pressed={show.elder} onPress={() => change({ key: "elder", on: true })}>
              {say("elder-on-key")}
            </Key>
            <Key name="elder-off" pressed={!show.elder} onPress={() => change({ key: "elder", on: false })}>
              {say("elder-off-key")}
            </Key>
          </div>
        </section>
      )}
      <div class="confirm-keys">
        <Key name="back" kind="quiet" icon={<Icon name="back" />} onPress={() => press({ key: "back" })}>
          {say("back")}
        </Key>
        <Key name="take" kind="main" off={!view.online} onPress={() => press({ key: "take" })}>
          {say(view.online ? "take-number" : "take-offline")}
        </Key>
      </div>
    </div>
  );
}
