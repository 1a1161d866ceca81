/** Where a value of a template stands: between tags, in a quoted attribute, elsewhere in a tag, in a script or style. */
export type Place = 'text' | 'attribute' | 'tag' | 'raw';

type State = { place: Place; quote: string; element: string };

/** A template's strings are the same object at each use. */
const known = new WeakMap<TemplateStringsArray, readonly Place[]>();

/** The place of each value of a template. */
export function placesOf(strings: TemplateStringsArray): readonly Place[] {
  let places = known.get(strings);
  if (!places) {
    const state: State = { place: 'text', quote: '', element: '' };
    places = strings.map((text) => {
      for (let index = 0; index < text.length; index++) step(state, text, index);
      return state.place;
    });
    known.set(strings, places);
  }
  return places;
}

/** What one character changes. */
function step(state: State, text: string, index: number): void {
  const character = text[index]!;
  switch (state.place) {
    case 'text':
      if (character !== '<') return;
      state.place = 'tag';
      state.element = /^[a-z]*/i.exec(text.slice(index + 1, index + 12))![0].toLowerCase();
      return;
    case 'attribute':
      if (character === state.quote) state.place = 'tag';
      return;
    case 'tag':
      if (character === '"' || character === "'") {
        state.place = 'attribute';
        state.quote = character;
      } else if (character === '>') {
        state.place = state.element === 'style' || state.element === 'script' ? 'raw' : 'text';
      }
      return;
    case 'raw':
      if (!text.slice(index).toLowerCase().startsWith(`</${state.element}`)) return;
      state.place = 'tag';
      state.element = '';
      return;
    default:
      state.place satisfies never;
  }
}
