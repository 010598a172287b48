/** What the removal of a connection can have come to. */
export const REMOVALS = ['removed', 'absent', 'replaced'] as const;
