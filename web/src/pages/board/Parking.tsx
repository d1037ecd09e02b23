import type { BoardView, LotSays } from "../../shared/generated/protocol";
import { Free, ParkingSign, WheelchairSign } from "../../shared/parking/Free";
import { sayIn } from "../../shared/words/words";
import { Both, BothOf, order } from "./both";

/** Free places of each car park, those for people with a disability for themselves. Nothing at all where the hall has none. */
export function Parking({ view }: { view: BoardView }) {
  const { lots, link } = view;
  if (lots.length === 0) return null;
  return (
    <section class="parking" data-count={Math.min(lots.length, 4)}>
      <h2 class="parking-title">
        <ParkingSign />
        <Both say="free-spaces" />
      </h2>
      <ul>
        {lots.map(({ lot, name, disabled, says, free }) => (
          <li key={lot} data-lot={lot}>
            <BothOf name={name} as="parking-name" />
            {disabled && <Accessible of={disabled} live={link === "live"} />}
            <Free of={{ says, free }} live={link === "live"} lang={order.value[0]} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Accessible({ of, live }: { of: LotSays; live: boolean }) {
  const [first] = order.value;
  return (
    <span class="parking-accessible">
      <WheelchairSign />
      <span class="unseen">{sayIn(first, "bay-disabled")}</span>
      <Free of={of} live={live} lang={first} />
    </span>
  );
}
