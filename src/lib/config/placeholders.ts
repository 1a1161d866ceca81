import type { Finding } from './problem.ts';

export type Settings = Readonly<Record<string, string | undefined>>;

export type Filled = {
  /** The file with every `${NAME}` replaced; a key without a value is undefined. */
  readonly file: unknown;
  readonly findings: readonly Finding[];
};

const placeholder = /\$\$\{|\$\{([^}]*)\}?/g;

/**
 * Fills application settings into every text of the file: `${NAME}` is the setting's value, `$${` is `${`. A setting
 * that is empty counts as missing. A text that cannot be filled stays as it is, with a finding.
 */
export function fillSettings(file: unknown, settings: Settings): Filled {
  const findings: Finding[] = [];

  function filled(value: unknown, path: readonly PropertyKey[], around: readonly object[]): unknown {
    if (typeof value === 'string') return filledText(value, path);
    if (value === null) return undefined;
    if (typeof value !== 'object') return value;
    if (around.includes(value)) {
      findings.push({ path, message: 'refers to itself (circular YAML alias)' });
      return undefined;
    }
    const inside = [...around, value];
    if (Array.isArray(value)) return value.map((item, index) => filled(item, [...path, index], inside));
    const entries: [string, unknown][] = [];
    for (const [key, item] of Object.entries(value)) {
      if (key === '__proto__')
        findings.push({
          path: [...path, key],
          message: 'is a reserved name; use another one',
          aboutKey: true,
        });
      else entries.push([key, filled(item, [...path, key], inside)]);
    }
    return Object.fromEntries(entries);
  }

  function filledText(text: string, path: readonly PropertyKey[]): string {
    return text.replace(placeholder, (token: string, name: string | undefined) => {
      if (name === undefined) return '${';
      const value = /^\w+$/.test(name) && token.endsWith('}') ? settings[name] : undefined;
      if (value) return value;
      findings.push({ path, message: faultOf(token, name) });
      return token;
    });
  }

  return { file: filled(file, [], []), findings };
}

function faultOf(token: string, name: string): string {
  if (token.endsWith('}') && /^\w+$/.test(name)) {
    return `uses the application setting ${name}, which is not set; set it, or write $\${ for a literal \${`;
  }
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what the file may say
  return 'contains ${ without the name of an application setting; write ${NAME} with letters, digits and _, or $${ for a literal ${';
}
