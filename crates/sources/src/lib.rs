//! One folder per authority or data set: how to recognise and read its notices.
