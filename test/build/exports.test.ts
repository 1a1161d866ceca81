import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const files = globSync('{src,local,tools,build,infra,test,bench}/**/*.ts', { cwd: root });
const texts = new Map(files.map((file) => [file, readFileSync(path.join(root, file), 'utf8')]));
const imported = new Map(
  [...texts].map(([file, text]) => [
    file,
    new Set(
      [...text.matchAll(/(?:import|export)[^;'"]*?\{([^}]*)\}\s*from|\{([^}]*)\} = await import/g)].flatMap(
        ([, ...lists]) => lists.join(' ').match(/\w+/g) ?? [],
      ),
    ),
  ]),
);

it('what local, tools, build and infra export is used by another file', () => {
  const unused = [...texts]
    .filter(([file]) => /^(?:local|tools|build|infra)\//.test(file))
    .flatMap(([file, text]) =>
      [...text.matchAll(/^export (?:async )?(?:const|function\*?|class|type) (\w+)/gm)]
        .map(([, name]) => name!)
        .filter((name) => !files.some((other) => other !== file && imported.get(other)!.has(name)))
        .map((name) => `${file}: ${name}`),
    );
  expect(unused).toEqual([]);
});
