/** A page of text: nothing to do but light or dark. */
import { byId } from "../dom";
import { keepPlace } from "../language";
import { toggleDark } from "../themes";

byId("theme").addEventListener("click", () => toggleDark());
keepPlace();
