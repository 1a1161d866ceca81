import { describe, expect, it } from 'vitest';
import { Html, html } from '../../../src/lib/notify/html.ts';

const hostile = `<img src=x onerror="alert('1')">&amp;`;

describe('a value', () => {
  it('between tags is text, whatever it holds', () => {
    expect(html`<p>${hostile}</p>`.markup).toBe(
      '<p>&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;amp;</p>',
    );
  });

  it('in a quoted attribute stays in it, a name too', () => {
    expect(html`<a title="${hostile}">`.markup).not.toMatch(/title="[^"]*"[^>]/);
    expect(html`<a title="${{ name: 'a "b"' }}">`.markup).toBe('<a title="a &quot;b&quot;">');
    expect(html`<a title='${`it's`}'>`.markup).toBe(`<a title='it&#39;s'>`);
  });

  it.each([
    ['without quotes', () => html`<a href=${'x onclick=act()'}>`],
    ['between attributes', () => html`<a ${'onclick=act()'}>`],
    ['as the name of a tag', () => html`<${'script'}>`],
    ['in a script', () => html`<script>const a = "${'";act()//'}"</script>`],
    ['in a style sheet', () => html`<style>a { color: ${'red} body {display:none'} }</style>`],
  ])('%s is refused: nothing makes it safe there', (_where, made) => {
    expect(made).toThrow(TypeError);
  });

  it('behind a script or a comparison in an attribute is text again', () => {
    expect(html`<style>a {}</style><p title="a > b">${'<b>'}</p>`.markup).toBe(
      '<style>a {}</style><p title="a > b">&lt;b&gt;</p>',
    );
  });

  it('is markup only if a template made it, and not in an attribute that it would end', () => {
    expect(html`<p>${html`<b>${'<'}</b>`}</p>`.markup).toBe('<p><b>&lt;</b></p>');
    expect(html`<option${new Html(' selected')}>`.markup).toBe('<option selected>');
    expect(() => html`<a title="${html`<b class="x">`}">`).toThrow(TypeError);
  });

  it('that is a name is isolated, and its controls and changes of direction are shown', () => {
    expect(html`<p>${{ name: 'oslo\u202E\u0007-1' }}</p>`.markup).toBe(
      '<p><bdi>oslo\uFFFD\uFFFD-1</bdi></p>',
    );
  });
});
