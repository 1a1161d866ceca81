import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A package that has a part in the bundle. */
type BundledPackage = {
  readonly name: string;
  readonly version: string;
  /** As package.json has it, an SPDX expression. */
  readonly license: string;
};

/** Licences that ask for no more than to be named. */
const permitted = new Set([
  'MIT',
  'ISC',
  'MIT-0',
  'Apache-2.0',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  // 0BSD, as htmx writes it.
  'BSD-0-Clause',
  'BlueOak-1.0.0',
]);

/** The packages in the bundle, by the sources that its maps name; installed in `root`. */
export function bundleContents(root: string): BundledPackage[] {
  const dist = path.join(root, 'dist');
  const sources = readdirSync(dist)
    .filter((file) => file.endsWith('.map'))
    .flatMap(
      (map) => (JSON.parse(readFileSync(path.join(dist, map), 'utf8')) as { sources: string[] }).sources,
    );
  const folders = new Set(
    sources.flatMap((source) => {
      const file = path.resolve(dist, source);
      return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? [];
    }),
  );
  return [...folders]
    .map(readPackage)
    .sort((a, b) => a.name.localeCompare(b.name) || a.version.localeCompare(b.version));
}

/** Those whose licence would have to be looked at by a person. */
export const unclear = (packages: readonly BundledPackage[]): BundledPackage[] =>
  packages.filter(({ license }) => !permitted.has(license));

/** A software bill of materials in CycloneDX 1.6. */
export function cycloneDx(product: BundledPackage, packages: readonly BundledPackage[]): object {
  const component = ({ name, version, license }: BundledPackage) => ({
    type: 'library',
    'bom-ref': `${name}@${version}`,
    name,
    version,
    licenses: [{ license: { id: license } }],
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
  });
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { ...component(product), type: 'application' } },
    components: packages.map(component),
    dependencies: [
      {
        ref: `${product.name}@${product.version}`,
        dependsOn: packages.map(({ name, version }) => `${name}@${version}`),
      },
    ],
  };
}

/** What packages call a licence that SPDX has under another name. */
const spdxNames: Readonly<Record<string, string>> = { 'BSD-0-Clause': '0BSD' };

export function readPackage(folder: string): BundledPackage {
  const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  return { name, version, license: spdxNames[license] ?? license ?? 'none' };
}
