// Runs before the first paint, so that a dark page never flashes white.
(() => {
  const root = document.documentElement;
  const kept = (name) => {
    try {
      return localStorage.getItem('caravan.' + name);
    } catch {
      return null;
    }
  };
  const theme = kept('theme');
  if (theme === 'light' || theme === 'dark') {
    root.dataset.theme = theme;
  }
  const language = kept('language');
  const known = language === 'ko' || language === 'en' ? language : null;
  root.lang = known ?? ((navigator.language || 'en').toLowerCase().startsWith('ko') ? 'ko' : 'en');
})();
