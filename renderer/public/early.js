// Asks for what the first page shows while the code that shows it is still on its way (renderer/api/early-answers.ts takes it).
if (location.pathname === '/' && (location.hash === '' || location.hash === '#/')) {
  window.earlyAnswers = {};
  for (const path of ['/api/auth/me', '/api/overview']) {
    window.earlyAnswers[path] = fetch(path, { credentials: 'same-origin' });
    // Whoever takes the answer hears of a failure; until then nobody does.
    window.earlyAnswers[path].catch(() => undefined);
  }
}

// The colours that were chosen for this browser, before anything is drawn in others (renderer/app/preferences/preferences.ts keeps them).
try {
  const { appearance } = JSON.parse(localStorage.getItem('guardit.preferences') ?? '{}');
  if (['light', 'dark', 'contrast'].includes(appearance)) document.documentElement.dataset.theme = appearance;
} catch {
  // A browser that keeps nothing: as the system has it.
}
