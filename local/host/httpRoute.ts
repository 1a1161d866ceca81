/** A part of a route: a literal, or a parameter that takes one segment. */
type Part =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'parameter'; readonly name: string; readonly optional: boolean };

export type Route = { readonly template: string; readonly parts: readonly Part[] };

/**
 * Reads a route as ASP.NET Core does: `devices/{id}`, `{id?}`.
 * @throws Error for constraints, defaults, parameters that take the rest of a path, parameters mixed with text
 */
export function parseRoute(template: string): Route {
  const parts = segmentsOf(template).map((segment): Part => {
    if (!/[{}]/.test(segment)) return { kind: 'literal', text: segment };
    const match = /^\{(\w+)(\?)?\}$/.exec(segment);
    if (!match) throw new Error(`route "${template}": "${segment}" is not supported, use {name} or {name?}`);
    return { kind: 'parameter', name: match[1]!, optional: match[2] === '?' };
  });
  return { template, parts };
}

/**
 * The parameters of `path` under `route`, or undefined when it does not match. Literals compare without case;
 * an encoded slash stays encoded, as in ASP.NET Core.
 */
export function matchRoute(route: Route, path: string): Record<string, string> | undefined {
  const segments = segmentsOf(path);
  const params: Record<string, string> = {};
  let index = 0;
  for (const part of route.parts) {
    if (part.kind === 'literal') {
      const segment = segments[index++];
      if (segment === undefined || decode(segment).toLowerCase() !== part.text.toLowerCase())
        return undefined;
    } else {
      const segment = segments[index++];
      if (segment !== undefined) params[part.name] = decode(segment);
      else if (!part.optional) return undefined;
    }
  }
  return index >= segments.length ? params : undefined;
}

/** Sorts the more exact route first: literals before parameters. */
export function compareRoutes(a: Route, b: Route): number {
  for (let index = 0; index < Math.max(a.parts.length, b.parts.length); index++) {
    const difference = rank(a.parts[index]) - rank(b.parts[index]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function rank(part: Part | undefined): number {
  if (part === undefined) return 2;
  return part.kind === 'literal' ? 0 : 1;
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}

function decode(segment: string): string {
  return segment
    .split(/%2f/i)
    .map((text) => {
      try {
        return decodeURIComponent(text);
      } catch {
        return text;
      }
    })
    .join('%2F');
}
