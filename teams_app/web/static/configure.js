// Lets Teams add the side panel to a meeting. There is nothing to choose: the panel finds
// out by itself which meeting it stands beside.
(async () => {
  const { app, pages } = window.microsoftTeams;
  const { panel, name, origin } = document.body.dataset;
  try {
    await app.initialize(origin ? [origin] : undefined);
  } catch {
    return; // Opened by hand: the page says what it is.
  }
  const wear = (theme) => {
    const { dataset } = document.documentElement;
    dataset.theme = ["dark", "contrast"].includes(theme) ? theme : "default";
  };
  wear((await app.getContext()).app.theme);
  app.registerOnThemeChangeHandler(wear);
  pages.config.registerOnSaveHandler(async (save) => {
    await pages.config.setConfig({
      entityId: "vuoro-panel",
      suggestedDisplayName: name,
      contentUrl: panel,
      websiteUrl: panel.split("?")[0],
    });
    save.notifySuccess();
  });
  pages.config.setValidityState(true);
  app.notifySuccess();
})();
