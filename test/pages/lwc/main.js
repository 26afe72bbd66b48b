import { createElement } from "lwc";
import Desk from "x/desk";

document.getElementById("root").append(createElement("x-desk", { is: Desk }));
