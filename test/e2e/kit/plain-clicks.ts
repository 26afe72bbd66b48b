/** Clicks on telephone links: which ones the guard starts the softphone for, and which go by the browser's gate. */

/** What a link does when it is clicked, and by whom it is dialled: by the page's guard, or by the gate's detour. */
export const clicks = {
  "": "page",
  "on a child": "page",
  "in a closed root": "page",
  "by Enter": "page",
  "with separators": "page",
  "taken out of the page by its handler": "page",
  "beside a form that its handler sends": "page",
  "given its number by its handler": "page",
  "on a child, stopped by its handler": "page",
  "under a base for a frame": "page",
  "stopped by its handler": "gate",
  "under a base for a frame, stopped by its handler": "gate",
  "with the shift key": "gate",
  "made by a script": "gate",
  "made by a script at the last moment": "gate",
  "to another window": "gate",
  "in a frame": "gate",
  "that downloads": "gate",
  "in digits that a line completes": "gate",
  "on a map": "gate",
  "in a drawing": "gate",
  "cancelled by its handler": "nobody",
  "cancelled at the window": "nobody",
  "cancelled by who hears of navigations": "nobody",
  "cancelled by who hears of navigations since the click": "nobody",
  "cancelled by who hears of navigations, and makes an event of its own": "nobody",
} as const;
export type Click = keyof typeof clicks;

/** Puts such a link at the top left corner. Runs in the page. */
export function putClick([name, to]: readonly [Click, string]): void {
  const { place, navigation } = window as unknown as { place: HTMLElement; navigation: EventTarget };
  const make = (html: string) =>
    Object.assign(document.createElement("div"), { innerHTML: html }).firstElementChild!;
  const isOnChild = name.startsWith("on a child");
  const made = make(isOnChild ? "<a><b>Call me</b></a>" : "<a>Call me</a>") as HTMLAnchorElement;
  made.href = to;
  const clicked = (run: (event: Event) => void, at: EventTarget = made) =>
    at.addEventListener("click", run, { once: true });
  const prevents = (event: Event) => event.preventDefault();
  const stops = () => clicked((event) => event.stopPropagation());
  const hears = (run = prevents) => navigation.addEventListener("navigate", run, { once: true });
  const underBase = () => {
    made.target = "_self";
    // Ours must not go there: it would be cancelled.
    const frame = make('<iframe name="f" hidden></iframe>') as HTMLIFrameElement;
    frame.srcdoc = "<script>navigation.onnavigate = (event) => event.preventDefault()</script>";
    place.append(make('<base target="f">'), frame);
  };
  const button = make("<button>Call me</button>");
  place.replaceChildren(made);
  const ways: Partial<Record<Click, () => unknown>> = {
    "in a closed root": () =>
      place.appendChild(document.createElement("div")).attachShadow({ mode: "closed" }).append(made),
    "by Enter": () => made.focus(),
    "with separators": () => (made.href = to.replace(/(\d{2})(\d{3})(\d{3})/, "$1-$2.$3-")),
    "taken out of the page by its handler": () => clicked(() => made.remove()),
    "beside a form that its handler sends": () =>
      clicked(() => {
        const form = make('<form action="/empty" target="sent"></form>') as HTMLFormElement;
        place.append(form);
        form.submit();
      }),
    "given its number by its handler": () => ((made.href = "#"), clicked(() => (made.href = to))),
    "on a child, stopped by its handler": stops,
    "under a base for a frame": underBase,
    "stopped by its handler": stops,
    "under a base for a frame, stopped by its handler": () => (underBase(), stops()),
    "made by a script": () => {
      place.replaceChildren(button);
      clicked(() => made.click(), button);
    },
    "made by a script at the last moment": () => {
      place.replaceChildren(button);
      clicked(() => clicked(() => made.click(), window), button);
    },
    "to another window": () => (made.target = "_blank"),
    "in a frame": () => {
      // A frame's first empty document tells of no navigation.
      const frame = document.createElement("iframe");
      frame.srcdoc = `<body style="margin:0">${made.outerHTML}`;
      place.replaceChildren(frame);
    },
    "that downloads": () => (made.download = ""),
    "in digits that a line completes": () => (made.href = to.replace("+44", "0")),
    "on a map": () => {
      const [width, src] = [60, "data:image/gif;base64,R0lGODlhAQABAAAAACw="];
      place.replaceChildren(
        make(`<img usemap="#map" width="${width}" height="${width}" src="${src}">`),
        make(`<map name="map"><area shape="default" href="${to}"></map>`),
      );
    },
    "in a drawing": () =>
      place.replaceChildren(
        make(`<svg width="60" height="60"><a href="${to}"><rect width="60" height="60"/></a></svg>`),
      ),
    "cancelled by its handler": () => clicked(prevents),
    "cancelled at the window": () => clicked(prevents, window),
    "cancelled by who hears of navigations": () => hears(),
    "cancelled by who hears of navigations since the click": () => clicked(() => hears()),
    "cancelled by who hears of navigations, and makes an event of its own": () =>
      hears((event) => {
        event.preventDefault();
        const Made = event.constructor as new (type: string, init: object) => Event;
        const { destination, signal } = event as unknown as Record<string, unknown>;
        navigation.dispatchEvent(
          new Made("navigate", {
            ...{ destination, signal, cancelable: true, userInitiated: true, sourceElement: made },
          }),
        );
      }),
  };
  ways[name]?.();
}
