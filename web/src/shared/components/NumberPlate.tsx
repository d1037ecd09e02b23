/** A ticket's number as it is shown everywhere: letters and digits in one piece, read out digit by digit. */
export function NumberPlate({
  number,
  size = "plain",
}: {
  number: string;
  size?: "plain" | "large" | "huge";
}) {
  return (
    <strong class="plate" data-size={size}>
      <span aria-hidden="true">{number}</span>
      <span class="unseen">{[...number].join(" ")}</span>
    </strong>
  );
}
