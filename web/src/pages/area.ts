/** The page of an area: the spine charts. */
import "../components/gs-spine/gs-spine.js";
