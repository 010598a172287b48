import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import patches from 'fast-json-patch';
import { parse, parseAllDocuments } from 'yaml';

/** An object of Kubernetes, as it would be sent to a cluster. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  data?: Record<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: what it is, its kind says; the test has it checked.
  spec?: any;
}

interface Generator {
  name: string;
  behavior?: 'merge';
  literals: string[];
}

interface Kustomization {
  apiVersion: string;
  kind: string;
  namespace?: string;
  labels?: { pairs: Record<string, string> }[];
  resources: string[];
  images?: { name: string; newName: string; newTag: string }[];
  configMapGenerator?: Generator[];
  patches?: { target: { kind: string; name?: string }; patch: string }[];
}

const KNOWN = 'apiVersion kind namespace labels resources images configMapGenerator patches'.split(' ');

/**
 * What a folder of deploy/kubernetes comes to, by the part of Kustomize that is used there; anything else in a
 * kustomization.yaml is refused. Without Kustomize's own order and without the hashes in the names of config maps. Kustomize
 * itself is on no registry that tests have.
 */
export function kustomize(folder: string): Manifest[] {
  const kustomization = parse(readFileSync(join(folder, 'kustomization.yaml'), 'utf8')) as Kustomization;
  const unknown = Object.keys(kustomization).filter((field) => !KNOWN.includes(field));
  if (unknown.length > 0) throw new Error(`kustomize() of the tests does not know ${unknown.join(', ')}.`);
  const manifests = kustomization.resources.flatMap((path) =>
    path.endsWith('.yaml') ? documents(join(folder, path)) : kustomize(join(folder, path)),
  );
  for (const generator of kustomization.configMapGenerator ?? []) generate(generator, manifests);
  for (const { pairs } of kustomization.labels ?? [])
    for (const { metadata } of manifests) metadata.labels = { ...metadata.labels, ...pairs };
  for (const manifest of manifests) {
    if (kustomization.namespace !== undefined && manifest.kind !== 'Namespace')
      manifest.metadata.namespace = kustomization.namespace;
    for (const image of kustomization.images ?? []) {
      const containers: { image: string }[] = manifest.spec?.template?.spec?.containers ?? [];
      for (const container of containers)
        if (container.image === image.name) container.image = `${image.newName}:${image.newTag}`;
    }
  }
  for (const { target, patch } of kustomization.patches ?? []) {
    const targets = manifests.filter(
      ({ kind, metadata }) => kind === target.kind && (target.name ?? metadata.name) === metadata.name,
    );
    if (targets.length === 0) throw new Error(`Nothing is a ${target.kind} ${target.name ?? ''}.`);
    for (const manifest of targets) patches.applyPatch(manifest, parse(patch), true);
  }
  return manifests;
}

function documents(path: string): Manifest[] {
  return parseAllDocuments(readFileSync(path, 'utf8')).map((document) => {
    if (document.errors.length > 0) throw new Error(`${path}: ${document.errors.join(' ')}`);
    // As Kustomize does it: an alias is a copy, not the same object.
    return structuredClone(document.toJS());
  });
}

function generate({ name, behavior, literals }: Generator, manifests: Manifest[]) {
  const data = Object.fromEntries(
    literals.map((literal) => [
      literal.slice(0, literal.indexOf('=')),
      literal.slice(literal.indexOf('=') + 1),
    ]),
  );
  const earlier = manifests.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name);
  if ((earlier !== undefined) !== (behavior === 'merge'))
    throw new Error(`${name} is ${earlier ? 'there already' : 'not there'}.`);
  if (earlier) earlier.data = { ...earlier.data, ...data };
  else manifests.push({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data });
}
