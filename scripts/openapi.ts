import { writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { platformDocument } from '../api/platform/openapi.ts';
import { ROUTES } from '../api/routes.ts';

/** The document of the platform's API as it lies in the repository, for a Keyferry at an example's domain. */
export function platformYaml(): string {
  const document = JSON.parse(JSON.stringify(platformDocument(ROUTES, 'https://keyferry.example')));
  return `# Made from the routes by \`npm run openapi\`.\n${stringify(document, { aliasDuplicateObjects: false, lineWidth: 110 })}`;
}

/** Where it lies. */
export const PLATFORM_YAML = new URL('../docs/platform-openapi.yaml', import.meta.url);

if (import.meta.main) writeFileSync(PLATFORM_YAML, platformYaml());
