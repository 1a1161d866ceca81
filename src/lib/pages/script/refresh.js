// Refreshes a page while somebody can see it, and says so when it could not for long.
(() => {
  const everyMs = 8_000;
  const oldAfterMs = 30_000;
  const main = () => document.getElementById('main');
  let answeredMs = Date.now();
  let askedMs = Date.now();

  const refresh = () => {
    askedMs = Date.now();
    main()?.dispatchEvent(new CustomEvent('refresh'));
  };

  const show = () => {
    const old = document.getElementById('old');
    if (!old) return;
    const isOld = Date.now() - answeredMs > oldAfterMs;
    const words = isOld
      ? `What is shown here is from ${main()?.dataset.made}: it could not be refreshed since.`
      : '';
    if (old.textContent !== words) old.textContent = words;
    old.hidden = !isOld;
  };

  // Answers that are no page of ours, as after the sign-in has ended, refresh nothing.
  document.addEventListener('htmx:before:swap', (event) => {
    const status = event.detail?.ctx?.response?.raw?.status;
    if (status !== 200) event.preventDefault();
  });
  document.addEventListener('htmx:after:swap', () => {
    answeredMs = Date.now();
    show();
  });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && Date.now() - askedMs > 1_000) refresh();
  });
  setInterval(() => {
    if (document.visibilityState !== 'visible') return;
    if (Date.now() - askedMs >= everyMs) refresh();
    show();
  }, 1_000);
})();
