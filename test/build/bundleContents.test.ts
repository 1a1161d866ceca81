import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundleContents, cycloneDx, readPackage, unclear } from '../../build/bundleContents.ts';

const root = path.resolve(import.meta.dirname, '../..');

describe('what is in the bundle', () => {
  const packages = bundleContents(root);

  it('is what the code imports and what that needs, and no tool', () => {
    const names = packages.map(({ name }) => name);
    expect(names).toContain('@azure/data-tables');
    expect(names).toContain('@azure/core-rest-pipeline');
    expect(names).not.toContain('esbuild');
    // What browsers get is a part of it too.
    expect(packages).toContainEqual(expect.objectContaining({ name: 'htmx.org', license: '0BSD' }));
  });

  it('has licences that ask for no more than to be named', () => {
    expect(unclear(packages)).toEqual([]);
    const copyleft = { name: 'a', version: '1.0.0', license: 'GPL-3.0-only' };
    expect(unclear([...packages, copyleft])).toEqual([copyleft]);
  });

  it('is named in a bill of materials by the addresses of the packages', () => {
    const bom = cycloneDx(readPackage(root), [{ name: '@azure/x', version: '1.2.3', license: 'MIT' }]);
    expect(bom).toMatchObject({
      bomFormat: 'CycloneDX',
      metadata: { component: { name: 'iothub-disconnect-responder', type: 'application' } },
      components: [{ purl: 'pkg:npm/%40azure/x@1.2.3', licenses: [{ license: { id: 'MIT' } }] }],
    });
  });
});
