/** The desk's look: Mantine's, but denser, with contrasts that axe accepts in light and in dark. */
import { createTheme, type CSSVariablesResolver } from "@mantine/core";

export const theme = createTheme({
  fontFamily: "system-ui, -apple-system, 'Segoe UI', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, monospace",
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "15px", xl: "17px" },
  headings: {
    fontWeight: "650",
    sizes: {
      h1: { fontSize: "22px" },
      h2: { fontSize: "22px", lineHeight: "1.25" },
      h3: { fontSize: "16px" },
      h4: { fontSize: "14px" },
    },
  },
  colors: {
    // Mantine's own dark colours are grey; these are bluish, like the popup's.
    dark: [
      "#e8ecf2",
      "#c3ccd8",
      "#a9b3c1",
      "#7e8a9a",
      "#414b59",
      "#323a46",
      "#232a34",
      "#1b2028",
      "#14181f",
      "#0f1318",
    ],
  },
  primaryColor: "blue",
  // White text on lighter shades has too little contrast.
  primaryShade: 8,
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: "sm" } },
    TextInput: { defaultProps: { size: "sm" } },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 300 } },
  },
});

/** Our own variables are `--desk-*`. `ground` is the page behind cards, `edge` their borders, `mark` the chosen item. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-body": "#ffffff",
    "--mantine-color-text": "#1a2230",
    "--mantine-color-dimmed": "#566173",
    "--mantine-color-placeholder": "#667085",
    "--mantine-color-anchor": "#1f5fbf",
    "--mantine-color-error": "#b3252a",
    "--desk-ground": "#f6f7f9",
    "--desk-edge": "#dfe3e9",
    "--desk-good": "#1c7a41",
    "--desk-warn": "#8f5200",
    "--desk-bad": "#b3252a",
    "--desk-good-soft": "#e6f5ec",
    "--desk-warn-soft": "#fff3de",
    "--desk-bad-soft": "#fdebec",
    "--desk-plain-soft": "#eceff3",
    "--desk-mark": "#e7effb",
    "--desk-mark-text": "#17509f",
  },
  dark: {
    "--mantine-color-body": "#1b2028",
    "--mantine-color-text": "#e8ecf2",
    "--mantine-color-dimmed": "#a9b3c1",
    "--mantine-color-placeholder": "#98a2b1",
    "--mantine-color-anchor": "#86b7ff",
    "--mantine-color-error": "#ff9a9c",
    "--mantine-color-default": "#232a34",
    "--mantine-color-default-border": "#414b59",
    "--desk-ground": "#14181f",
    "--desk-edge": "#323a46",
    "--desk-good": "#63d08e",
    "--desk-warn": "#f5bd5f",
    "--desk-bad": "#ff9a9c",
    "--desk-good-soft": "#17341f",
    "--desk-warn-soft": "#3a2b10",
    "--desk-bad-soft": "#42191c",
    "--desk-plain-soft": "#2a313c",
    "--desk-mark": "#20304a",
    "--desk-mark-text": "#a9cbff",
  },
});
