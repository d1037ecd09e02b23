import { Free, ParkingSign, WheelchairSign } from "../../shared/parking/Free";
import { pick, say } from "../../shared/words/words";
import { hall } from "./store";

/** Free places, small: whoever stands here has come already. Nothing at all where the hall has no car park. */
export function Parking({ live }: { live: boolean }) {
  const lots = hall.value?.lots ?? [];
  if (lots.length === 0) return null;
  return (
    <section class="parking" data-count={lots.length} aria-labelledby="parking-title">
      <h3 id="parking-title">
        <ParkingSign />
        {say("free-spaces")}
      </h3>
      <ul>
        {lots.map(({ lot, name, disabled, says, free }) => (
          <li key={lot} data-lot={lot}>
            <span class="parking-name">{pick(name)}</span>
            {disabled && (
              <span class="parking-accessible">
                <WheelchairSign />
                <span class="unseen">{say("bay-disabled")}</span>
                <Free of={disabled} live={live} />
              </span>
            )}
            <Free of={{ says, free }} live={live} />
          </li>
        ))}
      </ul>
    </section>
  );
}
