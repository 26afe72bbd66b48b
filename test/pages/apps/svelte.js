/** Svelte, which writes into the text nodes that it keeps. */
import { mount } from "svelte";
import App from "./svelte.svelte";

mount(App, { target: document.getElementById("root") });
