/** The notice in a page whose scripts have lost the extension, in English (United Kingdom). */
export const reloadEn = {
  heading: "Reload this page",
  why: "ClearDial was updated, switched off or removed while the page was open, and can no longer check numbers here. This call was held. After a reload you can call again.",
  reload: "Reload",
  close: "Not now",
};
