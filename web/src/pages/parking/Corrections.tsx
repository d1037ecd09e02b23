import type { LotCorrection, LotOperation } from "../../shared/generated/protocol";
import { say } from "../../shared/words/words";
import { whatOf } from "./doubts";
import { FIELD, isFirst, isOver, sizesOf } from "./sizes";
import { dayMinute, shortName, signed } from "./words";

/** What was corrected and by how much: whether the devices can be believed. */
export function Corrections({ operation }: { operation: LotOperation }) {
  const { corrections } = operation;
  return (
    <section class="panel corrections" aria-labelledby="corrections-title">
      <div class="panel-head">
        <h3 id="corrections-title">{say("corrections")}</h3>
      </div>
      {corrections.length === 0 ? (
        <p class="nothing">{say("corrections-none")}</p>
      ) : (
        <div class="corrections-body">
          <Chart corrections={corrections} />
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
          <section class="corrections-scroll" tabIndex={0} aria-labelledby="corrections-title">
            <table>
              <thead>
                <tr>
                  <th scope="col">{say("correction-at")}</th>
                  <th scope="col">{say("bays")}</th>
                  <th scope="col" class="count">
                    {say("correction-counted")}
                  </th>
                  <th scope="col" class="count">
                    {say("correction-off")}
                  </th>
                  <th scope="col" class="count narrow">
                    {say("correction-bound")}
                  </th>
                  <th scope="col">{say("correction-reason")}</th>
                  <th scope="col" class="narrow">
                    {say("correction-by")}
                  </th>
                </tr>
              </thead>
              <tbody>
                {corrections.map((correction, place) => (
                  <Row key={place} correction={correction} operation={operation} />
                ))}
              </tbody>
            </table>
          </section>
        </div>
      )}
    </section>
  );
}

function Row({ correction, operation }: { correction: LotCorrection; operation: LotOperation }) {
  const { at, occupied, off, bound, reason, by } = correction;
  return (
    <tr data-over={isOver(correction)}>
      <td class="correction-at">{dayMinute(at)}</td>
      <td>{shortName(whatOf(correction), operation)}</td>
      <td class="count">{occupied}</td>
      <td class="count">
        <strong>{isFirst(correction) ? say("correction-first") : signed(off)}</strong>
      </td>
      <td class="count narrow">{bound === null ? "–" : `± ${bound}`}</td>
      <td>{by === null ? say("reason-night") : reason}</td>
      <td class="narrow">{by ?? say("by-itself")}</td>
    </tr>
  );
}

/** For the eye; the same figures stand in the table, and what they come to in words below it. */
function Chart({ corrections }: { corrections: readonly LotCorrection[] }) {
  const { top, bars, largest, over } = sizesOf(corrections);
  const middle = FIELD.height / 2;
  return (
    <figure class="sizes">
      <svg viewBox={`0 0 ${FIELD.width} ${FIELD.height}`} aria-hidden="true">
        <text x={FIELD.left - 6} y={12} text-anchor="end">
          {signed(top)}
        </text>
        <text x={FIELD.left - 6} y={middle + 4} text-anchor="end">
          0
        </text>
        <text x={FIELD.left - 6} y={FIELD.height - 4} text-anchor="end">
          {signed(-top)}
        </text>
        {bars.map(({ x, y, width, height, over: large }, place) => (
          <rect key={place} x={x} y={y} width={width} height={height} data-over={large} />
        ))}
        <path d={`M${FIELD.left} ${middle}H${FIELD.width}`} />
      </svg>
      <figcaption>{say("sizes", { count: corrections.length, largest, over })}</figcaption>
    </figure>
  );
}
