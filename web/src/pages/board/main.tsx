import { render } from "preact";
import en from "../../../../locales/en/board.ftl?raw";
import zh from "../../../../locales/zh-CN/board.ftl?raw";
import { loadWords } from "../../shared/words/words";
import "../../shared/tokens/tokens.css";
import "../../shared/tokens/base.css";
import "./board.css";
import "./parking.css";
import "./rows.css";
import { BoardPage } from "./BoardPage";
import { start } from "./store";

loadWords({ zh, en });
const root = document.getElementById("page");
if (root) render(<BoardPage />, root);
start();
