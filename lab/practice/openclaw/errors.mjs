/** An error that the program reports in its own words, with exit code 1. */
export class CliError extends Error {}

/** The same where the program prints no more than its words. */
export class Refusal extends CliError {}

/** Reports as the real program does: JSON on stdout where `--json` was asked for (from 2026.9), words on stderr. */
export function reportAndExit(style, words, error) {
  if (!(error instanceof CliError)) throw error;
  const { message } = error;
  process.exitCode = 1;
  if (error instanceof Refusal) {
    console.error(style.refusal(message));
    return;
  }
  if (style.errorsAsJson && words.includes('--json'))
    console.log(JSON.stringify({ ok: false, error: { type: 'cli_error', message } }, null, 2));
  console.error(
    style.errorsAsJson
      ? `[openclaw] The CLI command failed.\n[openclaw] Reason: ${message}\n[openclaw] Try: openclaw doctor`
      : `[openclaw] Failed to start CLI: Error: ${message}`,
  );
}
