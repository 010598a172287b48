import type { System } from '../../lab/system.ts';

/** What every api and worker process measures, by process. */
export async function metricsOf({ apis, workers }: System): Promise<Record<string, string>> {
  const entries = [...apis, ...workers].map(async ({ name, healthUrl }) => {
    const answer = await fetch(`${healthUrl}/metrics`);
    if (!answer.ok) throw new Error(`${name} gives no metrics: ${answer.status}`);
    return [`metrics of ${name}`, await answer.text()] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}
