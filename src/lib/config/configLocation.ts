import { ConfigError } from './problem.ts';

/** Where the configuration is: a file beside the app, or a blob in the app's storage. */
export type ConfigLocation =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'blob'; readonly container: string; readonly name: string };

const defaultContainer = 'config';

/**
 * Reads `RESPONDER_CONFIG`: a path, or `blob:<container>/<name>`; `blob:<name>` is in the container `config`.
 * @throws {ConfigError} for a blob that cannot be one
 */
export function parseConfigLocation(text: string): ConfigLocation {
  if (!text.startsWith('blob:')) return { kind: 'file', path: text };
  const [first = '', ...rest] = text.slice('blob:'.length).split('/');
  const [container, name] = rest.length === 0 ? [defaultContainer, first] : [first, rest.join('/')];
  // Names of containers: 3 to 63 lower-case letters, digits and single hyphens (Azure Storage, naming rules).
  const isContainer = /^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/.test(container);
  if (isContainer && name !== '') return { kind: 'blob', container, name };
  throw new ConfigError([
    {
      path: 'RESPONDER_CONFIG',
      value: JSON.stringify(text),
      message:
        'is not the address of a blob; use blob:<container>/<name>, like blob:config/responder.config.yaml',
    },
  ]);
}

/** As people read it and as the setting has it. */
export function formatLocation(location: ConfigLocation): string {
  return location.kind === 'file' ? location.path : `blob:${location.container}/${location.name}`;
}
