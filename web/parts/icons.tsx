/** Small drawings; none says anything that the text beside it does not. `onward`: one that points the way the lines run. */
export function ArrowOut() {
  return (
    <svg class="icon onward" viewBox="0 0 16 16" aria-hidden="true">
      <path d="M6 3.5H3.5v9h9V10M9 3h4v4M12.5 3.5 7.5 8.5" />
    </svg>
  );
}

export function Check() {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d="m3.5 8.5 3 3 6-7" />
    </svg>
  );
}
