type Words = readonly [string, ...string[]];

/** The command that runs programs on a box when their words are appended. */
export interface CommandOptions {
  /** For programs without a terminal, such as `docker exec -i box`. */
  plain: Words;
  /** For programs in a terminal, such as `docker exec -it box`. It is itself run in one, whose size it passes on. */
  terminal: Words;
  /** Called once the connection is over. */
  onClosed?: () => Promise<void>;
}
