import { hourMinute } from "../../shared/clock";
import type { Lot } from "../../shared/generated/protocol";
import { hall, isLive } from "../../shared/hall/store";
import { Free } from "../../shared/parking/Free";
import { forecastWords } from "../../shared/parking/says";
import { pick, say } from "../../shared/words/words";

/** Every car park: what its sign says, and what is to come. Its operator has a page of his own. */
export function Lots() {
  return (
    <>
      <table class="lots">
        <thead>
          <tr>
            <th scope="col">{say("parking")}</th>
            <th scope="col" class="count">
              {say("free-spaces")}
            </th>
            <th scope="col" class="count">
              {say("bay-disabled")}
            </th>
            <th scope="col" class="count">
              {say("lot-off-by")}
            </th>
            <th scope="col">{say("lot-soon")}</th>
          </tr>
        </thead>
        <tbody>
          {hall.value.lots.map((lot) => (
            <Row key={lot.uid} lot={lot} live={isLive.value} />
          ))}
        </tbody>
      </table>
      <p>
        <a class="button" href="/parking">
          {say("to-parking")}
        </a>
      </p>
    </>
  );
}

function Row({ lot, live }: { lot: Lot; live: boolean }) {
  const bays = (name: string) => lot.classes.find((bays) => bays.class === name);
  const [ordinary, disabled] = [bays("ordinary"), bays("disabled")];
  const soon = lot.forecast.find(({ in_min }) => in_min === 30);
  return (
    <tr data-lot={lot.uid}>
      <th scope="row">{pick(lot.title)}</th>
      <td class="count">
        <Free of={lot} live={live} /> <small>/ {ordinary?.capacity ?? 0}</small>
      </td>
      <td class="count">{disabled ? <Free of={disabled} live={live} /> : "–"}</td>
      <td class="count">{lot.off_by === null ? say("lot-not-known") : `± ${lot.off_by}`}</td>
      <td>
        {live && lot.full_at
          ? say("lot-full-at", { time: hourMinute(lot.full_at) })
          : live && soon
            ? forecastWords(soon)
            : say("lot-not-known")}
      </td>
    </tr>
  );
}
