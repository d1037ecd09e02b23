/** The mark of the product: a torn ticket. */
export function Mark() {
  return (
    <svg class="head-mark" viewBox="0 0 32 32" aria-hidden="true">
      <path d="M4 7h24v6a3 3 0 0 0 0 6v6H4v-6a3 3 0 0 0 0-6z" />
      <path class="head-mark-tear" d="M12 11.5v9M17 11.5v9" />
    </svg>
  );
}
