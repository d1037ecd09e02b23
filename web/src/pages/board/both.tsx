/** A board speaks to everybody who stands before it: both languages at once, the chosen one first and larger. */
import { computed } from "@preact/signals";
import type { Text } from "../../shared/generated/protocol";
import { type Arguments, type Language, language, sayIn } from "../../shared/words/words";

const LOCALE: Record<Language, string> = { zh: "zh-CN", en: "en" };

/** The languages in the order in which they stand. */
export const order = computed<[Language, Language]>(() =>
  language.value === "en" ? ["en", "zh"] : ["zh", "en"],
);

function Pair({ first, second, as }: { first: string; second: string; as?: string | undefined }) {
  const [one, other] = order.value;
  return (
    <span class={as ? `pair ${as}` : "pair"}>
      <span class="pair-first" lang={LOCALE[one]}>
        {first}
      </span>{" "}
      {second !== first && (
        <small class="pair-second" lang={LOCALE[other]}>
          {second}
        </small>
      )}
    </span>
  );
}

/** A message in both languages; `key` stands in `board.ftl` or `shared.ftl`. */
export function Both({ say, args, as }: { say: string; args?: Arguments; as?: string }) {
  const [one, other] = order.value;
  return <Pair first={sayIn(one, say, args)} second={sayIn(other, say, args)} as={as} />;
}

/** A name that the hall gave in both languages. */
export function BothOf({ name, as }: { name: Text; as?: string }) {
  const [one, other] = order.value;
  return <Pair first={name[one]} second={name[other]} as={as} />;
}
