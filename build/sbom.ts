// `npm run sbom`: what is in the bundle, as reports/sbom.cdx.json and, with the licences' texts, reports/third-party.md.
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bundleContents, cycloneDx, readPackage, unclear } from './bundleContents.ts';

const root = path.resolve(import.meta.dirname, '..');
const reports = path.join(root, 'reports');
const packages = bundleContents(root);
const odd = unclear(packages);
if (odd.length > 0) {
  const list = odd.map(({ name, version, license }) => `${name}@${version}: ${license}`);
  console.error(`Licences that nobody has looked at yet (build/bundleContents.ts):\n  ${list.join('\n  ')}`);
  process.exit(1);
}
mkdirSync(reports, { recursive: true });
writeFileSync(
  path.join(reports, 'sbom.cdx.json'),
  `${JSON.stringify(cycloneDx(readPackage(root), packages), null, 2)}\n`,
);
const texts = packages.map(({ name, version, license }) => {
  const [file] = globSync(`node_modules/${name}/{LICENSE,LICENCE,license}*`, { cwd: root });
  const text = file ? `\n\n\`\`\`text\n${readFileSync(path.join(root, file), 'utf8').trim()}\n\`\`\`` : '';
  return `## ${name} ${version}\n\n${license}${text}\n`;
});
writeFileSync(path.join(reports, 'third-party.md'), `# What is in the bundle\n\n${texts.join('\n')}`);
console.log(`${packages.length} packages are in the bundle: reports/sbom.cdx.json, reports/third-party.md`);
