//! Floor 6: an outcome → tables, files and charts. The only maker of files.
