import en from "../../../../locales/en/demo.ftl?raw";
import zh from "../../../../locales/zh-CN/demo.ftl?raw";
import { openPage } from "../../shared/page";
import { DemoPage } from "./DemoPage";
import "./demo.css";
import "./devices/devices.css";
import "./tickets.css";
import { watch } from "./store";

openPage(<DemoPage />, { zh, en });
watch();
