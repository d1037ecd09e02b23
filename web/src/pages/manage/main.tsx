import en from "../../../../locales/en/manage.ftl?raw";
import zh from "../../../../locales/zh-CN/manage.ftl?raw";
import { openPage } from "../../shared/page";
import "../../shared/hall/windows.css";
import "./manage.css";
import "./tables.css";
import "./crowd.css";
import { ManagePage } from "./ManagePage";
import { openManage } from "./store";

openPage(<ManagePage />, { zh, en });
void openManage();
