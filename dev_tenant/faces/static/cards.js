/* Drawing Adaptive Cards with Microsoft's own renderer, dressed as in Teams. */
"use strict";

const Cards = (() => {
  const colours = {
    default: {
      text: "#242424", subtle: "#616161", accent: "#5b5fc7", good: "#237b4b",
      warning: "#835c00", attention: "#c4314b", card: "#ffffff", emphasis: "#f5f5f5",
      goodBg: "#e7f2da", warningBg: "#fbf6d9", attentionBg: "#fcf4f6", accentBg: "#e8ebfa", line: "#e0e0e0",
    },
    dark: {
      text: "#ffffff", subtle: "#adadad", accent: "#9ea2ff", good: "#92c353",
      warning: "#f2c661", attention: "#ff7589", card: "#292929", emphasis: "#1f1f1f",
      goodBg: "#0d2e0d", warningBg: "#463100", attentionBg: "#3e1f25", accentBg: "#2f2f4a", line: "#474747",
    },
    contrast: {
      text: "#ffffff", subtle: "#ffffff", accent: "#ffff01", good: "#3ff23f",
      warning: "#ffff01", attention: "#ff9b9b", card: "#000000", emphasis: "#000000",
      goodBg: "#000000", warningBg: "#000000", attentionBg: "#000000", accentBg: "#000000", line: "#ffffff",
    },
  };

  const foreground = (c) => {
    const tone = (value) => ({ default: value, subtle: value });
    return {
      default: { default: c.text, subtle: c.subtle }, dark: { default: c.text, subtle: c.subtle },
      light: { default: c.subtle, subtle: c.subtle }, accent: tone(c.accent), good: tone(c.good),
      warning: tone(c.warning), attention: tone(c.attention),
    };
  };

  const hostConfig = (theme) => {
    const c = colours[theme] || colours.default;
    const style = (background) => ({ backgroundColor: background, borderColor: c.line, foregroundColors: foreground(c) });
    return {
      fontFamily: "'Segoe UI', system-ui, -apple-system, 'Noto Sans', sans-serif",
      fontSizes: { small: 12, default: 14, medium: 14, large: 18, extraLarge: 24 },
      fontWeights: { lighter: 200, default: 400, bolder: 600 },
      lineHeights: { small: 16, default: 20, medium: 20, large: 24, extraLarge: 32 },
      spacing: { small: 8, default: 12, medium: 16, large: 20, extraLarge: 24, padding: 16 },
      separator: { lineThickness: 1, lineColor: c.line },
      supportsInteractivity: true,
      imageSizes: { small: 32, medium: 52, large: 100 },
      imageSet: { imageSize: "medium", maxImageHeight: 100 },
      actions: {
        maxActions: 6, spacing: "default", buttonSpacing: 8, actionsOrientation: "horizontal",
        actionAlignment: "left", iconPlacement: "leftOfTitle", iconSize: 16,
        showCard: { actionMode: "inline", style: "emphasis", inlineTopMargin: 12 },
      },
      adaptiveCard: { allowCustomStyle: false },
      textBlock: { headingLevel: 2 },
      containerStyles: {
        default: style(c.card), emphasis: style(c.emphasis), accent: style(c.accentBg),
        good: style(c.goodBg), warning: style(c.warningBg), attention: style(c.attentionBg),
      },
      textStyles: { heading: { size: "large", weight: "bolder", color: "default", isSubtle: false, fontType: "default" } },
      factSet: {
        title: { color: "default", size: "default", isSubtle: false, weight: "bolder", wrap: true, maxWidth: 150 },
        value: { color: "default", size: "default", isSubtle: false, weight: "default", wrap: true },
        spacing: 16,
      },
      inputs: {
        label: {
          inputSpacing: "small",
          requiredInputs: { weight: "bolder", color: "default", size: "default", suffix: " *", suffixColor: "attention" },
          optionalInputs: { weight: "bolder", color: "default", size: "default" },
        },
        errorMessage: { color: "attention", size: "small", spacing: "small", weight: "default" },
      },
    };
  };

  const told = (action) => ({
    type: action.getJsonTypeName(),
    id: action.id,
    title: action.title,
    verb: action.verb,
    url: action.url,
    data: action.data,
  });

  /* Give an element showing the card; `act` is called with a plain action. */
  const draw = (content, theme, act) => {
    AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
      result.outputHtml = Markdown.block(text);
      result.didProcess = true;
    };
    const card = new AdaptiveCards.AdaptiveCard();
    card.hostConfig = new AdaptiveCards.HostConfig(hostConfig(theme));
    card.onExecuteAction = (action) => act(told(action));
    card.onAnchorClicked = (_, anchor) => {
      act({ type: "Action.OpenUrl", url: anchor.href });
      return true;
    };
    const context = new AdaptiveCards.SerializationContext(AdaptiveCards.Versions.v1_5);
    card.parse(content, context);
    const element = card.render();
    const holder = document.createElement("div");
    holder.className = "card";
    if (element) holder.append(element);
    else holder.append("This card could not be shown.");
    return holder;
  };

  return { draw };
})();
