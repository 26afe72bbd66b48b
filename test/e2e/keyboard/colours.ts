/** What only a colour or a background tells, and so nobody sees in Windows' forced colours. */
import type { Page } from "playwright-core";

/** A part of the page that has a colour and no words, or an edge by a shadow; and what is chosen among others like it. */
export async function toldByColourAlone(page: Page): Promise<string[]> {
  await page.emulateMedia({ forcedColors: null });
  await page.evaluate(() => {
    const clear = /^(transparent|rgba\(.*, 0\))$/;
    const ground = (of: Element | null): string => {
      for (let at = of; at; at = at.parentElement) {
        const { backgroundColor } = getComputedStyle(at);
        if (!clear.test(backgroundColor)) return backgroundColor;
      }
      return "";
    };
    const found: Element[] = [];
    for (const at of document.body.querySelectorAll("*")) {
      if (!at.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      if (at.closest("svg, canvas, select, [data-decoration]")) continue;
      const style = getComputedStyle(at);
      const { width, height } = at.getBoundingClientRect();
      if (width < 2 || height < 2) continue;
      const isSilent =
        Math.min(width, height) <= 40 &&
        at.textContent.trim() === "" &&
        !at.querySelector("svg, img, canvas, input, textarea, select") &&
        !at.matches("input, textarea, img") &&
        ((!clear.test(style.backgroundColor) && style.backgroundColor !== ground(at.parentElement)) ||
          style.backgroundImage !== "none");
      if (isSilent || / inset/.test(style.boxShadow)) found.push(at);
    }
    Object.assign(window, { silent: found });
  });
  await page.emulateMedia({ forcedColors: "active" });
  return page.evaluate(() => {
    const { silent } = window as unknown as { silent: Element[] };
    const edged = (of: CSSStyleDeclaration) =>
      [of.borderTopStyle, of.borderLeftStyle, of.borderBottomStyle, of.borderRightStyle].some(
        (style, i) =>
          style !== "none" &&
          parseFloat(
            [of.borderTopWidth, of.borderLeftWidth, of.borderBottomWidth, of.borderRightWidth][i] ?? "",
          ) > 0,
      ) || of.outlineStyle !== "none";
    const lost = silent.flatMap((at) => {
      const style = getComputedStyle(at);
      return style.forcedColorAdjust === "none" || edged(style)
        ? []
        : [`no edge: ${at.outerHTML.slice(0, 160)}`];
    });
    const looks = (at: Element): string => {
      const of = getComputedStyle(at);
      return [
        ...[
          of.fontWeight,
          of.textDecorationLine,
          of.outlineStyle,
          of.outlineColor,
          of.backgroundColor,
          of.color,
        ],
        ...[of.borderBottomStyle, of.borderBottomWidth, of.borderBottomColor, of.borderLeftWidth],
        ...[of.borderTopColor, getComputedStyle(at, "::before").borderBottomColor],
      ].join();
    };
    const chosen =
      '[aria-selected="true"], [aria-pressed="true"], [role=tab][data-active], nav [aria-current="page"]';
    const alike = [...document.querySelectorAll(chosen)].flatMap((at) => {
      if (!at.checkVisibility()) return [];
      const list = at.closest("[role=tablist], [role=group], [role=listbox], nav, table");
      const other = [...(list?.querySelectorAll(at.tagName) ?? [])].find(
        (one) => one !== at && !one.matches(chosen) && one.className === at.className,
      );
      const shows = at.querySelector("svg, .desk-tag") !== null && at.getAttribute("role") === "option";
      return other && !shows && looks(other) === looks(at)
        ? [`as the others: ${at.outerHTML.slice(0, 160)}`]
        : [];
    });
    return [...new Set([...lost, ...alike])];
  });
}
