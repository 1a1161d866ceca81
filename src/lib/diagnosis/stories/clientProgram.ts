/**
 * What a client calls itself: its programs without versions, and with them. `firmware`: a program of the device that stands
 * in brackets behind the SDK's, with its version; empty: there is none.
 */
export type ClientProgram = {
  readonly program: string;
  readonly version: string;
  readonly firmware: string;
};

/** Patch levels of what programs run on differ between equal devices. */
const platforms =
  /^(\.?net|linux|windows|ubuntu|debian|darwin|android|kernel|node|python|java|jre|jdk|openssl|arm|x\d|win)/i;

const versioned = /([^\s/;,(){}]+)\/v?(\d+(?:\.\d+){0,3})/g;
const spaced = /^(.*?[^\d.\s])[\s_-]+v?(\d+(?:\.\d+)+)/;

/**
 * Program and version of a client's text. Everything else may be the machine's own: the .NET client ends in an id of the
 * machine, firmware adds serial numbers, and patch levels of kernel and runtime differ between equal devices. So texts in
 * brackets, tokens that hold the device's id, and what follows the numbers of a version are left out.
 */
export function clientProgram(text: string, deviceId: string): ClientProgram {
  const known = programs.get(text);
  const found = known ?? read(text);
  if (!known) {
    if (programs.size > 5_000) programs.clear();
    programs.set(text, found);
  }
  const own = found.filter(
    ([name]) => deviceId === '' || !name.toLowerCase().includes(deviceId.toLowerCase()),
  );
  return {
    program: own.map(([name]) => name).join(' '),
    version: own.map(([name, version]) => (version === '' ? name : `${name}/${version}`)).join(' '),
    firmware: firmwareOf(text),
  };
}

/** Texts repeat over thousands of devices. */
const programs = new Map<string, readonly (readonly [name: string, version: string])[]>();

function read(text: string): readonly (readonly [string, string])[] {
  const plain = withoutBrackets(text).trim();
  const pairs = [...plain.matchAll(versioned)].map(([, name = '', version = '']) => [name, version] as const);
  if (pairs.length > 0) return pairs;
  const [, name, version] = spaced.exec(plain) ?? [];
  if (name !== undefined && version !== undefined) return [[name.trim(), version]];
  const words = plain.split(/\s+/).filter((word) => word !== '' && !/\d{4,}|[0-9a-f]{8,}/i.test(word));
  return words.length > 0 ? [[words.join(' '), '']] : [];
}

/** Of `sdk/1.10.0 (native; qbox 5.1; SN 88001)`: `qbox 5.1`. */
function firmwareOf(text: string): string {
  const parts = [...text.matchAll(/[({[]([^(){}[\]]*)/g)].flatMap(([, inner = '']) => inner.split(/[;,]/));
  return parts
    .map((part) => /^\s*([a-z][\w-]*)[\s/_-]+v?(\d+(?:\.\d+){1,3})\s*$/i.exec(part))
    .flatMap((match) => (match && !platforms.test(match[1]!) ? [`${match[1]} ${match[2]}`] : []))
    .join(', ');
}

function withoutBrackets(text: string): string {
  let inner = text;
  for (let before = ''; before !== inner; ) {
    before = inner;
    inner = inner.replace(/\([^()]*\)|\{[^{}]*\}|\[[^[\]]*\]/g, ' ');
  }
  // A bracket that a cut text never closes.
  return inner.replace(/[({[].*$/, ' ');
}
