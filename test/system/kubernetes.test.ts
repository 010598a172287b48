import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Gateway, HTTPRoute } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1';
import { ScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1';
import { PodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import { Deployment } from 'kubernetes-models/apps/v1';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import { Job } from 'kubernetes-models/batch/v1';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { ConfigMap, Namespace, Service, ServiceAccount } from 'kubernetes-models/v1';
import { configRows, readConfig } from '../../core/process/config.ts';
import { kustomize, type Manifest } from '../support/kustomize.ts';

/**
 * deploy/kubernetes against the Kubernetes API's own schemas, as kubernetes-models has them (and those of KEDA, the Gateway API and Prometheus' operator): the
 * values by their validators, and by their types that nothing is there that Kubernetes does not know. No cluster is run.
 */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDER = join(ROOT, 'deploy/kubernetes');
const BASE = kustomize(join(FOLDER, 'base'));
const PRODUCTION = kustomize(join(FOLDER, 'overlays/production'));

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'keyferry-kubernetes-'));
  symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
  execFileSync(join(ROOT, 'deploy/make-secrets'), [join(directory, 'secrets')], { stdio: 'ignore' });
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const CUSTOM: Record<string, string> = {
  'gateway.networking.k8s.io': '@kubernetes-models/gateway-api',
  'keda.sh': '@kubernetes-models/keda',
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
};

/** The module that has an object's type: Kubernetes' own, or of what is installed in it. */
const model = ({ apiVersion, kind }: Manifest) =>
  `${CUSTOM[apiVersion.split('/')[0] ?? ''] ?? 'kubernetes-models'}/${apiVersion}/${kind}`;

const named = (manifests: Manifest[], kind: string, name: string) => {
  const found = manifests.find((each) => each.kind === kind && each.metadata.name === name);
  if (!found) throw new Error(`There is no ${kind} ${name}.`);
  return found;
};

const MODELS = {
  ConfigMap,
  Deployment,
  Gateway,
  HTTPRoute,
  HorizontalPodAutoscaler,
  Job,
  Namespace,
  NetworkPolicy,
  PodDisruptionBudget,
  PodMonitor,
  ScaledObject,
  Service,
  ServiceAccount,
} as unknown as Record<string, new (manifest: Manifest) => { validate(): void }>;

function validate(manifest: Manifest) {
  const Model = MODELS[manifest.kind];
  if (!Model) throw new Error(`${manifest.kind} has no model.`);
  new Model(manifest).validate();
}

test.each([
  ['base', BASE],
  ['overlays/production', PRODUCTION],
])('the validators of Kubernetes find nothing wrong in %s', (_where, manifests) => {
  for (const manifest of manifests) expect(() => validate(manifest)).not.toThrow();
  const wrong = structuredClone(named(manifests, 'Deployment', 'keyferry-api'));
  wrong.spec.template.spec.containers[0].ports = [{ containerPort: 'http' }];
  expect(() => validate(wrong)).toThrow(/containerPort/);
});

/** What the compiler says of manifests as objects of Kubernetes' types. */
async function compiled(manifests: Manifest[]): Promise<string> {
  const lines = manifests.flatMap((manifest, index) => {
    const type = `I${manifest.kind}`;
    return [
      `import type { ${type} as T${index} } from '${model(manifest)}';`,
      `export const m${index}: T${index} = ${JSON.stringify(manifest)};`,
    ];
  });
  const file = join(directory, 'manifests.ts');
  writeFileSync(file, `${lines.join('\n')}\n`);
  const options =
    '--noEmit --strict --skipLibCheck --module esnext --moduleResolution bundler --target es2022';
  try {
    await promisify(execFile)(
      process.execPath,
      [join(ROOT, 'node_modules/typescript/bin/tsc'), ...options.split(' '), file],
      { cwd: directory },
    );
    return '';
  } catch (thrown) {
    return (thrown as { stdout: string }).stdout;
  }
}

test('nothing is there that Kubernetes does not know', async () => {
  expect(await compiled([...BASE, ...PRODUCTION])).toBe('');
  const misspelt = structuredClone(named(BASE, 'Deployment', 'keyferry-api'));
  misspelt.spec.template.spec.containers[0].readinesProbe = {};
  expect(await compiled([misspelt])).toMatch(/readinesProbe/);
}, 60_000);

describe.each(['api', 'worker'] as const)('the %s', (who) => {
  const name = `keyferry-${who}`;
  const settings = (manifests: Manifest[]) => named(manifests, 'ConfigMap', name).data ?? {};
  const { spec } = named(PRODUCTION, 'Deployment', name);
  const pod = spec.template.spec;

  test('gets only variables that it knows, and no secret but from a file', () => {
    const rows = configRows().filter(({ readers }) => readers.includes(who));
    for (const variable of Object.keys(settings(PRODUCTION))) {
      const row = rows.find((row) => row.name === variable.replace(/_FILE$/, ''));
      expect([variable, row?.name]).toEqual([variable, variable.replace(/_FILE$/, '')]);
      expect(row?.about.includes(`${row.name}_FILE`)).toBe(variable.endsWith('_FILE'));
    }
    expect(JSON.stringify(PRODUCTION)).not.toMatch(/"(kind)":"Secret"/);
  });

  test('starts with the secrets that the README puts in place', () => {
    const made = secrets()[name] ?? {};
    const files = join(directory, 'secrets');
    const environment = Object.fromEntries(
      Object.entries(settings(PRODUCTION)).map(([variable, value]) => {
        const file = /^\/etc\/keyferry\/secrets\/(.*)$/.exec(value)?.[1];
        if (file !== undefined) expect(Object.keys(made)).toContain(file);
        return [variable, file === undefined ? value : join(files, made[file] ?? '')];
      }),
    );
    const boxes = who === 'worker' ? { LIGHTSAIL_REGIONS: 'eu-central-1' } : {};
    expect(() => readConfig(who, { ...environment, ...boxes })).not.toThrow();
    // None is mounted that nothing reads.
    const read = Object.values(settings(PRODUCTION)).join(' ');
    for (const file of Object.keys(made)) expect(read).toContain(`/etc/keyferry/secrets/${file}`);
  });

  test('is nobody, can write nothing but /tmp, and has no token of the cluster', () => {
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000 });
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(pod.containers).toHaveLength(1);
    const [container] = pod.containers;
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    const writable = container.volumeMounts.filter(({ readOnly }: { readOnly?: boolean }) => !readOnly);
    expect(writable.map(({ mountPath }: { mountPath: string }) => mountPath)).toEqual(['/tmp']);
    expect(container.image).toMatch(/^registry\.example\.com\/keyferry:\d/);
  });

  test('is replaced only by one that is ready, and has the time that ending takes', () => {
    expect(spec.strategy.rollingUpdate).toEqual({ maxUnavailable: 0, maxSurge: 1 });
    const [{ startupProbe, livenessProbe, lifecycle }] = pod.containers;
    expect(startupProbe.httpGet.path).toBe('/readyz');
    expect(livenessProbe.httpGet.path).toBe('/healthz');
    const before = Number(lifecycle?.preStop.exec.command[1] ?? 0);
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(before + 20);
    // How many there are is the scaler's business alone.
    expect(spec.replicas).toBeUndefined();
  });

  test('is what its budget, its scaler and its policies select', () => {
    const { labels } = spec.template.metadata;
    expect(labels).toMatchObject(spec.selector.matchLabels);
    const budget = named(PRODUCTION, 'PodDisruptionBudget', name);
    expect(labels).toMatchObject(budget.spec.selector.matchLabels);
    const scalers = PRODUCTION.filter(({ kind }) => /ScaledObject|HorizontalPodAutoscaler/.test(kind));
    expect(scalers.filter((scaler) => scaler.spec.scaleTargetRef.name === name)).toHaveLength(1);
    const policy = named(PRODUCTION, 'NetworkPolicy', name);
    expect(labels).toMatchObject(policy.spec.podSelector.matchLabels);
  });
});

/** Ports of TCP that pods with these labels may speak to. */
const portsOut = (labels: Record<string, string>) =>
  PRODUCTION.filter(({ kind, spec }) => {
    const wanted: Record<string, string> = spec?.podSelector?.matchLabels ?? {};
    return (
      kind === 'NetworkPolicy' && Object.entries(wanted).every(([name, value]) => labels[name] === value)
    );
  })
    .flatMap(({ spec }) => spec.egress ?? [])
    .flatMap(({ ports }) => ports)
    .filter(({ protocol }) => protocol === 'TCP')
    .map(({ port }) => port);

test('workers alone reach boxes, and the database is reached by all, where it is', () => {
  const labels = (kind: string, name: string) => named(PRODUCTION, kind, name).spec.template.metadata.labels;
  expect(portsOut(labels('Deployment', 'keyferry-worker'))).toContain(22);
  expect(portsOut(labels('Deployment', 'keyferry-api'))).not.toContain(22);
  expect(portsOut(labels('Job', 'keyferry-migrate')).sort()).toEqual([53, 5432, 6379, 6380]);
  const { spec } = named(PRODUCTION, 'NetworkPolicy', 'keyferry-stores');
  expect(spec.egress[1].to).toEqual([{ ipBlock: { cidr: '10.20.0.0/16' } }]);
});

test('the metrics that scale workers are measured', () => {
  const { spec } = named(PRODUCTION, 'ScaledObject', 'keyferry-worker');
  const measured = readFileSync(join(ROOT, 'docs/monitoring.md'), 'utf8');
  const metrics = spec.triggers[0].metadata.query.match(/keyferry_\w+/g);
  expect(metrics).toHaveLength(2);
  for (const metric of metrics) expect(measured).toContain(`\`${metric}`);
  // What it reads is what a Prometheus gets here: pods of these labels, by a port of that name.
  const monitor = named(PRODUCTION, 'PodMonitor', 'keyferry').spec;
  const { template } = named(PRODUCTION, 'Deployment', 'keyferry-worker').spec;
  expect(template.metadata.labels).toMatchObject(monitor.selector.matchLabels);
  const ports = template.spec.containers[0].ports.map(({ name }: { name: string }) => name);
  expect(ports).toContain(monitor.podMetricsEndpoints[0].port);
  // Less than what one holds.
  const { CONCURRENCY } = named(PRODUCTION, 'ConfigMap', 'keyferry-worker').data ?? {};
  expect(Number(spec.triggers[0].metadata.threshold)).toBeLessThan(Number(CONCURRENCY));
});

/** Of each Secret that the README makes, its keys and the files of deploy/make-secrets that they are made from. */
function secrets(): Record<string, Record<string, string>> {
  const readme = readFileSync(join(FOLDER, 'README.md'), 'utf8');
  const commands = readme.replaceAll('\\\n', ' ').match(/kubectl .*create secret generic .*/g) ?? [];
  return Object.fromEntries(
    commands.map((command) => {
      const name = /generic (\S+)/.exec(command)?.[1] ?? '';
      const files = [...command.matchAll(/--from-file=(?:(\w+)=)?secrets\/(\w+)/g)];
      return [name, Object.fromEntries(files.map(([, key, file = '']) => [key ?? file, file]))];
    }),
  );
}

test('the migration runs with the owner’s address alone', () => {
  const { spec } = named(PRODUCTION, 'Job', 'keyferry-migrate').spec.template;
  expect(spec.containers[0].args).toEqual(['scripts/keyferry.ts', 'migrate']);
  expect(Object.keys(secrets()['keyferry-owner'] ?? {})).toEqual(['database_url']);
});
