"""The portal: serves releases as pages and files; it reads releases and nothing below them."""
