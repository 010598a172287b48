/** Width of the terminals of handshakes, where nothing else is asked for. */
export const DEFAULT_COLUMNS = 120;
