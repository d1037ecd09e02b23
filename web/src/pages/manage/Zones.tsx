import { waitClock } from "../../shared/clock";
import { hall } from "../../shared/hall/store";
import { pick, say } from "../../shared/words/words";
import { levelOf, THRESHOLDS } from "./levels";
import { chooseZone, zone } from "./store";
import { LevelSign } from "./Tiles";
import { zoneRows } from "./zones";

/** Every zone: its queues and its windows. A press narrows the list beside it to the zone. */
export function Zones() {
  const names = new Map(hall.value.hall?.zones.map(({ code, name }) => [code, name]));
  return (
    <section class="panel zones" aria-labelledby="zones-title">
      <div class="panel-head">
        <h2 id="zones-title">{say("zones")}</h2>
        {zone.value !== null && (
          <button type="button" class="button" data-kind="quiet" onClick={() => chooseZone(null)}>
            {say("zones-all")}
          </button>
        )}
      </div>
      <table>
        <thead>
          <tr>
            <th scope="col">{say("zone")}</th>
            <th scope="col" class="count">
              {say("waiting")}
            </th>
            <th scope="col" class="count">
              {say("longest")}
            </th>
            <th scope="col" class="count">
              {say("windows-open")}
            </th>
            <th scope="col" class="count narrow">
              {say("state-idle")}
            </th>
            <th scope="col" class="count narrow">
              {say("state-paused")}
            </th>
          </tr>
        </thead>
        <tbody>
          {zoneRows(hall.value).map(({ zone: code, waiting, longestS, windows }) => {
            const name = names.get(code);
            const level = levelOf(longestS / 60, THRESHOLDS.longestMin);
            return (
              <tr key={code} data-zone={code} data-chosen={zone.value === code}>
                <th scope="row">
                  <button
                    type="button"
                    class="row-link"
                    aria-pressed={zone.value === code}
                    onClick={() => chooseZone(zone.value === code ? null : code)}
                  >
                    <span class="zone-code">{code}</span>
                    {name ? pick(name) : code}
                  </button>
                </th>
                <td class="count">{waiting}</td>
                <td class="count">
                  {waiting > 0 ? waitClock(longestS) : "–"}
                  {level !== "good" && waiting > 0 && <LevelSign level={level} />}
                </td>
                <td class="count">
                  {windows.busy + windows.idle} / {windows.all}
                </td>
                <td class="count narrow">{windows.idle}</td>
                <td class="count narrow">{windows.paused}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
