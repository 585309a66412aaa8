// Tells the tab how the sign-in ended; Teams then closes this window. What the authority
// has put into the address is not looked at but for whether it refused.
(async () => {
  const { app, authentication } = window.microsoftTeams;
  const { origin } = document.body.dataset;
  const refused = new URLSearchParams(location.search).get("error");
  history.replaceState(null, "", location.pathname);
  try {
    await app.initialize(origin ? [origin] : undefined);
    if (refused) authentication.notifyFailure(refused);
    else authentication.notifySuccess("");
  } catch {
    // Opened by hand: the page says what to do.
  }
})();
